"""Rules of the répartition that the database keeps itself, on both engines.

1. Two attachments of a PsyEN never overlap.
2. `Service.demi_journees_eple` is the sum of its affectations, so that the CHECK on the capacity holds
   whoever writes and however many write at once.
3. The content of a répartition changes only while it is a draft; arrêtée, nothing of it changes.
4. An arrêté never changes, save to receive its PDF once.
"""

from django.db import migrations

SOMME = "UPDATE psyen_service SET demi_journees_eple = demi_journees_eple {signe} {ligne}.demi_journees WHERE id = {ligne}.service_id;"
PLUS = SOMME.format(signe="+", ligne="NEW")
MOINS = SOMME.format(signe="-", ligne="OLD")

CHEVAUCHEMENT = """
SELECT 1 FROM psyen_rattachement r WHERE r.psyen_id = NEW.psyen_id AND r.id IS NOT NEW.id
AND r.date_debut <= COALESCE(NEW.date_fin, '9999-12-31')
AND NEW.date_debut <= COALESCE(r.date_fin, '9999-12-31')
"""
# Each: parent row of the line, by which draft it is.
FIGEE = {
    "psyen_service": "SELECT 1 FROM psyen_repartition r WHERE r.id = {ligne}.repartition_id AND r.etat <> 'brouillon'",
    "psyen_affectation": (
        "SELECT 1 FROM psyen_repartition r JOIN psyen_service s ON s.repartition_id = r.id "
        "WHERE s.id = {ligne}.service_id AND r.etat <> 'brouillon'"
    ),
}
COLONNES_ARRETE = (
    "repartition_id departement_id annee_civile rang numero nature date_signature autorite visas signataire "
    "qualite lieu modifie_id"
).split()



def _lignes(ordre):
    return {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[ordre]


def refus(vendor):
    """(table, order, condition, rule) of every refusal."""
    different = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    for table, requete in FIGEE.items():
        for ordre in ("INSERT", "UPDATE", "DELETE"):
            for ligne in _lignes(ordre):
                yield table, ordre, f"EXISTS ({requete.format(ligne=ligne)})", f"repartition_figee_{ligne.lower()}"
    for ordre in ("UPDATE", "DELETE"):
        yield "psyen_repartition", ordre, "OLD.etat = 'arretee'", "repartition_arretee"
    changee = " OR ".join(f"NEW.{c} {different} OLD.{c}" for c in COLONNES_ARRETE)
    yield "psyen_arrete", "UPDATE", f"OLD.fichier_id IS NOT NULL OR {changee}", "arrete_intangible"
    yield "psyen_arrete", "DELETE", "1 = 1", "arrete_intangible"
    if vendor == "sqlite":
        for ordre in ("INSERT", "UPDATE"):
            yield "psyen_rattachement", ordre, f"EXISTS ({CHEVAUCHEMENT})", "rattachement_sans_chevauchement"


def sommes():
    """(order, statements) keeping the total of a service."""
    yield "INSERT", PLUS
    yield "DELETE", MOINS
    # Take away, then add: a move between services touches both.
    yield "UPDATE OF demi_journees, service_id", f"{MOINS} {PLUS}"


def nom_declencheur(table, ordre, regle):
    return f"{table}_{ordre.split()[0].lower()}_{regle}"


def poser_sqlite(executer):
    for table, ordre, condition, regle in refus("sqlite"):
        executer(
            f"CREATE TRIGGER {nom_declencheur(table, ordre, regle)} BEFORE {ordre} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{regle}'); END"
        )
    for ordre, corps in sommes():
        executer(
            f"CREATE TRIGGER {nom_declencheur('psyen_affectation', ordre, 'total')} "
            f"AFTER {ordre} ON psyen_affectation BEGIN {corps} END"
        )


def poser_postgresql(executer):
    executer("CREATE EXTENSION IF NOT EXISTS btree_gist")
    executer(
        "ALTER TABLE psyen_rattachement ADD CONSTRAINT rattachement_sans_chevauchement "
        "EXCLUDE USING gist (psyen_id WITH =, daterange(date_debut, date_fin, '[]') WITH &&)"
    )
    for table, ordre, condition, regle in refus("postgresql"):
        nom = nom_declencheur(table, ordre, regle)
        rendue = "OLD" if ordre == "DELETE" else "NEW"
        executer(
            f"CREATE FUNCTION {nom}() RETURNS trigger AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{regle}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {rendue}; END $$ LANGUAGE plpgsql"
        )
        executer(f"CREATE TRIGGER {nom} BEFORE {ordre} ON {table} FOR EACH ROW EXECUTE FUNCTION {nom}()")
    for ordre, corps in sommes():
        nom = nom_declencheur("psyen_affectation", ordre, "total")
        executer(
            f"CREATE FUNCTION {nom}() RETURNS trigger AS $$ BEGIN {corps} RETURN NULL; END $$ LANGUAGE plpgsql"
        )
        executer(
            f"CREATE TRIGGER {nom} AFTER {ordre} ON psyen_affectation FOR EACH ROW EXECUTE FUNCTION {nom}()"
        )


def poser(apps, schema_editor):
    poses = {"sqlite": poser_sqlite, "postgresql": poser_postgresql}
    poses[schema_editor.connection.vendor](lambda sql: schema_editor.execute(sql, params=None))


def retirer(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    tous = [(t, nom_declencheur(t, o, r)) for t, o, _, r in refus(vendor)]
    tous += [("psyen_affectation", nom_declencheur("psyen_affectation", o, "total")) for o, _ in sommes()]
    for table, nom in tous:
        if vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {nom} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {nom}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {nom}")
    if vendor == "postgresql":
        schema_editor.execute("ALTER TABLE psyen_rattachement DROP CONSTRAINT rattachement_sans_chevauchement")


class Migration(migrations.Migration):
    dependencies = [("psyen", "0001_initial")]
    operations = [migrations.RunPython(poser, retirer)]
