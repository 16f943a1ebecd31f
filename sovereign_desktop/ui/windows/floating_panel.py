"""A rounded panel over all other windows that never takes the focus: where it stands, how it goes away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPropertyAnimation, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBitmap,
    QColor,
    QCursor,
    QEnterEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from sovereign_desktop.ui.theme import theme

RADIUS = 16
ABOVE_THE_EDGE = 48
FADE_MS = 250


class FloatingPanel(QWidget):
    """Stands at the bottom of the screen with the pointer. A drag moves it, a click or Esc dismisses it.

    The pointer over it keeps it there. On Wayland the compositor, not we, decides where it stands.
    """

    dismissed = Signal()
    """By a click, by Esc, or because its time was over."""

    def __init__(self, width: int) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint
        super().__init__(None, flags | Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._wished_width = width
        self._foot: QPoint | None = None  # the middle of the lower edge, once the user has chosen it
        self._grip: QPoint | None = None
        self._is_dragged = False
        self._linger_ms: int | None = None
        self._lingering = QTimer(self, singleShot=True)
        self._lingering.timeout.connect(self._fade)
        self._fading = QPropertyAnimation(self, b"windowOpacity", self)
        self._fading.setDuration(FADE_MS)
        self._fading.setEndValue(0.0)
        self._fading.finished.connect(self.dismissed)

    def appear(self, linger_ms: int | None) -> None:
        """Show it as high as its content wants, for so long once the pointer is elsewhere; None: until told."""
        self._fading.stop()
        self.setWindowOpacity(1.0)
        self._place()
        self.show()
        self._linger_ms = linger_ms
        self._linger()

    def disappear(self) -> None:
        """Hide it at once."""
        self._lingering.stop()
        self._fading.stop()
        self.hide()

    def panel_width(self) -> int:
        """As wide as wished, or as the screen allows."""
        return min(self._wished_width, self._screen_area().width() - 40)

    def _screen_area(self) -> QRect:
        if self.isVisible():
            return self.screen().availableGeometry()
        # To ask where the pointer is means to wait for the X server, which may be busy with somebody's windows.
        return (QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen()).availableGeometry()

    def _place(self) -> None:
        """Keep the lower edge where it is and grow upwards."""
        area = self._screen_area()
        foot = self._foot or QPoint(area.center().x(), area.bottom() - ABOVE_THE_EDGE)
        width = self.panel_width()
        layout = self.layout()
        if layout is not None:
            layout.activate()
        height = min(self.sizeHint().height(), area.height())
        self.setGeometry(foot.x() - width // 2, foot.y() - height, width, height)

    def _linger(self) -> None:
        self._lingering.stop()
        if self._linger_ms is not None and not self.underMouse():
            self._lingering.start(self._linger_ms)

    def _fade(self) -> None:
        self._fading.setStartValue(1.0)
        self._fading.start()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._lingering.stop()
        if self._fading.state() is QPropertyAnimation.State.Running:
            self._fading.stop()
            self.setWindowOpacity(1.0)

    def leaveEvent(self, event: QEvent) -> None:
        self._linger()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = event.globalPosition().toPoint() - self.pos()
        self._is_dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        target = event.globalPosition().toPoint() - self._grip
        if not self._is_dragged and (target - self.pos()).manhattanLength() < QApplication.startDragDistance():
            return
        self._is_dragged = True
        self.move(target)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        if self._is_dragged:
            self._foot = self.pos() + QPoint(self.width() // 2, self.height())
        else:
            self.dismissed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Without a compositor what is transparent turns black; the mask cuts it off.
        mask = QBitmap(self.size())
        mask.clear()
        painter = QPainter(mask)
        painter.setBrush(Qt.GlobalColor.color1)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        painter.end()
        self.setMask(mask)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.border), 1.0))
        painter.setBrush(QColor(colors.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS - 0.5, RADIUS - 0.5)
        painter.end()
