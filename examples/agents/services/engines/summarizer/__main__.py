from services.chassis.service import run_service

from .app import app

run_service("summarizer", app)
