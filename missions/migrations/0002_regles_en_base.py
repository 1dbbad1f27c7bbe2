"""Rules of the missions that the database keeps itself, on both engines.

1. Two delegations of a dossier, two validated fiches de poste of a person never overlap.
2. A letter given, a programme published, a validated matrix never change.
"""

from django.db import migrations

from socle.declencheurs import Refus, poser, retirer

#: table → (columns that must be equal, condition under which a row counts, first day, last day)
PERIODES = {
    "missions_delegation": ("dossier_id", "{ligne}.retiree_le IS NULL", "debut", "fin"),
    "missions_fichedeposte": ("secretaire_id", "{ligne}.validee_le IS NOT NULL", "debut", "fin"),
}
PROJET = "SELECT 1 FROM missions_matrice m WHERE m.id = {ligne}.matrice_id AND m.etat <> 'projet'"
CASE = (
    "SELECT 1 FROM missions_matrice m JOIN missions_lignematrice l ON l.matrice_id = m.id "
    "WHERE l.id = {ligne}.ligne_id AND m.etat <> 'projet'"
)
FIGEES = {"missions_lignematrice": PROJET, "missions_acteurmatrice": PROJET, "missions_casematrice": CASE}


def refus(vendor):
    """Every refusal; overlaps are triggers on SQLite only, PostgreSQL has exclusion constraints."""
    for table, requete in FIGEES.items():
        for ordre, ligne in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            yield Refus(table, ordre, f"EXISTS ({requete.format(ligne=ligne)})", "matrice_validee")
    for ordre in ("UPDATE", "DELETE"):
        yield Refus("missions_lettredemission", ordre, "1 = 1", "lettre_intangible")
        yield Refus("missions_programmeactivites", ordre, "OLD.etat = 'publie'", "programme_publie")
        yield Refus("missions_matrice", ordre, "OLD.etat = 'validee'", "matrice_validee")
    if vendor == "sqlite":
        yield from chevauchements()


def chevauchements():
    for table, (cle, compte, debut, fin) in PERIODES.items():
        condition = (
            f"{compte.format(ligne='NEW')} AND EXISTS (SELECT 1 FROM {table} r WHERE r.{cle} = NEW.{cle} "
            f"AND r.id IS NOT NEW.id AND {compte.format(ligne='r')} "
            f"AND r.{debut} <= COALESCE(NEW.{fin}, '9999-12-31') "
            f"AND NEW.{debut} <= COALESCE(r.{fin}, '9999-12-31'))"
        )
        for ordre in ("INSERT", "UPDATE"):
            yield Refus(table, ordre, condition, "sans_chevauchement")


def _exclusions():
    for table, (cle, compte, debut, fin) in PERIODES.items():
        yield table, f"{table}_sans_chevauchement", (
            f"EXCLUDE USING gist ({cle} WITH =, daterange({debut}, {fin}, '[]') WITH &&) "
            f"WHERE ({compte.format(ligne=table)})"
        )


def aller(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        for table, nom, regle in _exclusions():
            schema_editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {nom} {regle}")
    poser(schema_editor, refus(vendor))


def revenir(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    retirer(schema_editor, refus(vendor))
    if vendor == "postgresql":
        for table, nom, _ in _exclusions():
            schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {nom}")


class Migration(migrations.Migration):
    # psyen 0002 created the extension btree_gist.
    dependencies = [("missions", "0001_initial"), ("psyen", "0002_regles_en_base")]
    operations = [migrations.RunPython(aller, revenir)]
