"""What the database keeps of the reports by itself, on both engines.

1. Issued, the text and the documents of a report never change; its meeting and its publication still move.
2. What an export delivered never changes.
"""

from django.db import migrations

from socle.declencheurs import Refus, poser, retirer

#: Columns of an issued report that never move; none of them is empty then.
FIGEES = (
    "campagne_id",
    "version",
    "titre",
    "etat",
    "emis_le",
    "emis_par",
    "document_id",
    "diaporama_id",
    "synthese_id",
    "derniere_analyse",
)
EMIS = "EXISTS (SELECT 1 FROM evaluation_rapport r WHERE r.id = {ligne}.rapport_id AND r.etat = 'emis')"


def refus():
    # An equality with NULL is unknown, hence false here: whatever is emptied is refused too.
    inchangees = " AND ".join(f"NEW.{colonne} = OLD.{colonne}" for colonne in FIGEES)
    inchangees += " AND COALESCE(NEW.reference_id, 0) = COALESCE(OLD.reference_id, 0)"
    rapport = f"OLD.etat = 'emis' AND NOT COALESCE({inchangees}, FALSE)"
    yield Refus("evaluation_rapport", "UPDATE", rapport, "rapport_emis")
    yield Refus("evaluation_rapport", "DELETE", "OLD.etat = 'emis'", "rapport_emis")
    for ordre, lignes in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
        condition = " OR ".join(EMIS.format(ligne=ligne) for ligne in lignes)
        yield Refus("evaluation_sectionrapport", ordre, condition, "rapport_emis")
    for ordre in ("UPDATE", "DELETE"):
        yield Refus("evaluation_livraisonexport", ordre, "1 = 1", "livraison_intangible")


def aller(apps, schema_editor):
    poser(schema_editor, refus())


def revenir(apps, schema_editor):
    retirer(schema_editor, refus())


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0006_rapports")]
    operations = [migrations.RunPython(aller, revenir)]
