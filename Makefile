# Everything starts here: `make run` to use the service, `make test` to check it, `make help` for the rest.
PYTHON ?= python3
PORT ?= 8000
DUREE ?= 600
PY := .venv/bin/python
INSTALLER := $(PYTHON) deploy/outils/installer.py
PYTEST := $(PY) -m pytest -q
# What a file prepares for its tests is prepared by one worker, not by each.
PAR_FICHIER := --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run install reset-demo test test-fast test-adversaire chaos bench charge lint

help: ## affiche cette aide
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## installe ce qu’il faut et sert l’application (PORT=8000)
	@$(INSTALLER) --port "$(PORT)"
	@exec $(PY) manage.py demarrer --port "$(PORT)"

install: ## prépare l’environnement seulement
	@$(INSTALLER)

reset-demo: install ## efface la base locale et recharge la démonstration
	@$(PY) manage.py demarrer --reinitialiser

test: ## toute la suite : SQLite, puis PostgreSQL et Redis jetables
	@$(INSTALLER) --pour essais
	$(PYTEST) -n 2 $(PAR_FICHIER) -m "not postgresql and not chaos and not acces"
	$(PY) tests/services_jetables.py $(PYTEST) -n 2 -m "(not navigateur or parcours) and not hostile and not sqlite and not chaos"

test-fast: ## la suite sur SQLite, sans navigateur
	@$(INSTALLER) --pour essais
	$(PYTEST) -n 2 $(PAR_FICHIER) -m "not postgresql and not navigateur and not chaos"

test-adversaire: ## toutes les saisies hostiles à toutes les adresses (environ une heure)
	@$(INSTALLER) --pour essais
	ADVERSAIRE_COMPLET=1 $(PYTEST) -n 2 -m hostile

chaos: ## les pannes : Redis, PostgreSQL, disque, messagerie, heure, processus tués (cinq minutes)
	@$(INSTALLER) --pour essais
	$(PY) tests/services_jetables.py $(PYTEST) -n 2 tests/pannes
	$(PYTEST) tests/chaos

bench: ## mesure la vitesse sur un jeu national (dix minutes, machine au repos)
	@$(INSTALLER) --pour essais
	$(PY) deploy/banc/mesurer.py

charge: ## deux cents personnes au travail pendant dix minutes (DUREE=600 secondes)
	@$(INSTALLER) --pour essais
	$(PY) deploy/banc/charge.py --duree $(DUREE)

lint: ## toutes les vérifications sans exécution
	@$(INSTALLER) --pour essais
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --check --target-version 5.2
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run --settings cio_network.settings.test
	$(PY) deploy/outils/verifier_production.py
