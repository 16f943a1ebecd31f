"""What our ears hear and our mouth says in speech-to-speech; in both environments."""

HEARD = "what is the time"
ANSWER = "This answer is a tone of six seconds."
ANSWER_S = 6.0
