"""What the database keeps of the campaigns by itself, on both engines.

1. A frozen campaign, its figures and their definitions never change again.
2. An analysis never changes: a version follows.
"""

from django.db import migrations

from socle.declencheurs import Refus, poser, retirer

FIGEE = "SELECT 1 FROM evaluation_campagne c WHERE c.id = {ligne}.campagne_id AND c.etat = 'figee'"
CHIFFRES = ("evaluation_mesure", "evaluation_definitionfigee")


def refus():
    for table in CHIFFRES:
        for ordre, lignes in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            condition = " OR ".join(f"EXISTS ({FIGEE.format(ligne=ligne)})" for ligne in lignes)
            yield Refus(table, ordre, condition, "campagne_figee")
    for ordre in ("UPDATE", "DELETE"):
        yield Refus("evaluation_campagne", ordre, "OLD.etat = 'figee'", "campagne_figee")
        yield Refus("evaluation_analyse", ordre, "1 = 1", "analyse_intangible")


def aller(apps, schema_editor):
    poser(schema_editor, refus())


def revenir(apps, schema_editor):
    retirer(schema_editor, refus())


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial")]
    operations = [migrations.RunPython(aller, revenir)]
