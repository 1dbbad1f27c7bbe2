"""Surveys already closed: the outbox forgets who was reminded. Open ones: a reminder no longer names anybody."""

from django.db import migrations

CLE = "evaluation.enquete:"


def oublier(apps, _schema_editor):
    courriels = apps.get_model("socle", "Courriel").objects.filter(garde="evaluation.enquete")
    invitations = apps.get_model("evaluation", "Invitation").objects.filter(enquete__etat="close")
    closes = set(invitations.values_list("pk", flat=True))
    for courriel in courriels.filter(cle__startswith=CLE).only("cle").order_by("pk"):
        _, pk, motif = courriel.cle.split(":")
        if int(pk) in closes:
            courriel.delete()
        elif motif != "invitation":
            # Found by the words of its subject no more: those of the address stood among them.
            courriel.garde, courriel.recherche = "evaluation.enquete.rappel", ""
            courriel.save(update_fields=["garde", "recherche"])


def revenir(apps, _schema_editor):
    """What is forgotten stays so; the guard of before is the only one that the code of before knows."""
    rappels = apps.get_model("socle", "Courriel").objects.filter(garde="evaluation.enquete.rappel")
    rappels.update(garde="evaluation.enquete")


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0008_enquete_du_rapport"),
        ("socle", "0010_effacement"),
    ]
    operations = [migrations.RunPython(oublier, revenir)]
