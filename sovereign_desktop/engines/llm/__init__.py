"""Language models, one provider a file."""
