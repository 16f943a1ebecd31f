"""All settings. `sections/` has what each means.

Unknown keys are none of this file's business: the store keeps them as they are.
"""

from __future__ import annotations

from sovereign_desktop.config.sections.app import Activation, App, Logging
from sovereign_desktop.config.sections.audio import Audio
from sovereign_desktop.config.sections.context import SmartContext
from sovereign_desktop.config.sections.engines import (
    LanguageModelSettings,
    SpeechToTextSettings,
    TextToSpeechSettings,
    VoiceService,
)
from sovereign_desktop.config.sections.memory import MemoryContext
from sovereign_desktop.config.sections.orchestrator import Orchestrator
from sovereign_desktop.config.sections.realtime_api import RealtimeApi
from sovereign_desktop.config.sections.screen import ScreenContext
from sovereign_desktop.config.sections.section import Section
from sovereign_desktop.config.sections.switching import ModeSwitching, Performance, Spend
from sovereign_desktop.config.sections.ui import Ui
from sovereign_desktop.config.sections.updates import Updates


class Settings(Section):
    """All settings. `Settings()` is the program as it comes."""

    app: App = App()
    ui: Ui = Ui()
    activation: Activation = Activation()
    audio: Audio = Audio()
    stt: SpeechToTextSettings = SpeechToTextSettings()
    llm: LanguageModelSettings = LanguageModelSettings()
    orchestrator: Orchestrator = Orchestrator()
    tts: TextToSpeechSettings = TextToSpeechSettings()
    realtime_api: RealtimeApi = RealtimeApi()
    voice_service: VoiceService = VoiceService()
    performance: Performance = Performance()
    mode_switching: ModeSwitching = ModeSwitching()
    spend: Spend = Spend()
    memory_context: MemoryContext = MemoryContext()
    smart_context: SmartContext = SmartContext()
    screen_context: ScreenContext = ScreenContext()
    logging: Logging = Logging()
    updates: Updates = Updates()
