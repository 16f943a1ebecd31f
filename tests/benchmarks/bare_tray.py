"""The smallest tray program that PySide6 allows: what start-up and memory are compared with."""

import sys

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

application = QApplication(sys.argv)
picture = QPixmap(22, 22)
picture.fill(QColor("red"))
menu = QMenu()
menu.addAction("Quit", application.quit)
tray = QSystemTrayIcon(QIcon(picture))
tray.setContextMenu(menu)
tray.show()
sys.exit(application.exec())
