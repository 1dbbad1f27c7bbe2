"""The technical tables: journal, outbox, notifications, files, long jobs. No trade noun here."""

from typing import Protocol, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

import socle.traces  # noqa: F401 - Django reads the models of an app from this module alone
from socle.actions import actions_reservees, libelle_action
from socle.changements import Changement, lire_changements
from socle.enums import EtatCourriel, EtatTravail, Processus
from socle.porteurs import porteurs


class Perimetre(Protocol):
    """What `socle` needs to know of `reseaux.perimetre.Perimetre`, which stands above it."""

    @property
    def utilisateur_id(self) -> int | None: ...
    @property
    def habilitation_id(self) -> int | None: ...
    @property
    def libelle(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def departement_id(self) -> int | None: ...
    @property
    def est_systeme(self) -> bool: ...
    def departements_lus(self) -> list[int]: ...


# Values of `comptes.enums.Role`, which stands above this app.
ROLE_ADMIN = "admin"
ROLES_LECTEURS_DU_JOURNAL = ("ien_io", "sg")
#: Fields that the history of an object shows for one act.
LIGNES_DU_RESUME = 6


class FichierQuerySet(models.QuerySet["Fichier"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        """A stored file is reached through the object that owns it, never by itself."""
        return self.all() if perimetre.est_systeme else self.none()


class Fichier(models.Model):
    """Bytes that never change once written (database triggers): PDF, exports, uploaded sources."""

    nom = models.CharField("nom", max_length=200)
    type_mime = models.CharField("type", max_length=120)
    taille = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    contenu = models.BinaryField("contenu")
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    objects = FichierQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier"
        verbose_name_plural = "fichiers"

    def __str__(self) -> str:
        return self.nom


class EntreeJournalQuerySet(models.QuerySet["EntreeJournal"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        """ADMIN reads what was done for his académie or for no département (accounts, school years);
        IEN-IO and SG what was done for their own département.
        """
        if perimetre.est_systeme:
            return self.all()
        if perimetre.role not in (ROLE_ADMIN, *ROLES_LECTEURS_DU_JOURNAL):
            return self.none()
        lus = models.Q(departement_id__in=perimetre.departements_lus())
        if perimetre.role == ROLE_ADMIN:
            lus |= models.Q(departement_id__isnull=True)
        return self.filter(lus).sans_actes_reserves()

    def sans_actes_reserves(self) -> Self:
        """Without what is told only to those who work on the object (drafts)."""
        return self.exclude(action__in=actions_reservees())


class EntreeJournal(models.Model):
    """One business act: who, wearing which habilitation, when, on what, before and after.

    Append-only, also in the database: triggers refuse UPDATE and DELETE on both engines.
    `habilitation_id` and `departement_id` are plain numbers: their tables stand above `socle`.
    """

    le = models.DateTimeField("date", default=timezone.now, editable=False)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="auteur",
    )
    habilitation_id = models.BigIntegerField("habilitation", null=True)
    habilitation_libelle = models.TextField("en qualité de", blank=True)
    departement_id = models.BigIntegerField("département", null=True)
    action = models.CharField("action", max_length=80)
    objet_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    objet_id = models.CharField("identifiant de l’objet", max_length=40)
    objet = GenericForeignKey("objet_type", "objet_id")
    objet_libelle = models.TextField("objet")
    # Object and quality as `normaliser_recherche` writes them: SQLite knows no accent.
    recherche = models.TextField(editable=False, default="")
    avant = models.JSONField("avant", null=True, encoder=DjangoJSONEncoder)
    apres = models.JSONField("après", null=True, encoder=DjangoJSONEncoder)
    motif = models.TextField("motif", blank=True)

    objects = EntreeJournalQuerySet.as_manager()

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "entrées du journal"
        indexes = [
            models.Index(fields=["objet_type", "objet_id", "-id"], name="journal_objet"),
            models.Index(fields=["-le", "-id"], name="journal_recent"),
            models.Index(fields=["departement_id", "-le", "-id"], name="journal_departement"),
        ]

    def __str__(self) -> str:
        return f"{self.libelle} – {self.objet_libelle}"

    @property
    def libelle(self) -> str:
        """The act in the user's words."""
        return libelle_action(self.action)

    @property
    def changements(self) -> list[Changement]:
        """What changed, in words."""
        modele = ContentType.objects.get_for_id(self.objet_type_id).model_class()
        return lire_changements(modele, self.avant, self.apres)

    @property
    def resume(self) -> list[str]:
        """The same for the history of an object: the first few, then how many more."""
        tous = self.changements
        reste = len(tous) - LIGNES_DU_RESUME
        montres = [str(changement) for changement in tous[:LIGNES_DU_RESUME]]
        return [*montres, f"et {reste} autre{'s' if reste > 1 else ''}"] if reste > 0 else montres


def identifiant_de_message() -> str:
    """Message-ID drawn once per mail: a rare second delivery is recognised by the mail reader."""
    return f"<{uuid4()}@reseaux-cio>"


class CourrielQuerySet(models.QuerySet["Courriel"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        """ADMIN reads the outbox; in demonstration everyone does, since nothing leaves the machine."""
        if perimetre.est_systeme or perimetre.role == ROLE_ADMIN or settings.DEMONSTRATION:
            return self.all()
        return self.none()


class Courriel(models.Model):
    """One mail to one person, written once: `cle` names the reason and the recipient."""

    cle = models.CharField("clé", max_length=200, unique=True)
    destinataire = models.EmailField("destinataire")
    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    objet = models.CharField("objet", max_length=250)
    recherche = models.TextField(editable=False, default="")
    corps_texte = models.TextField("texte")
    corps_html = models.TextField("mise en forme", blank=True)
    # One file for all the recipients of an invitation.
    piece = models.ForeignKey(
        Fichier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pièce jointe",
    )
    # Asked again just before the mail leaves (`socle.courriels.declarer_garde`).
    garde = models.CharField("vérification avant l’envoi", max_length=60, blank=True)
    # In doubt (a dead sender, a broken link) it leaves again by itself instead of waiting for a human.
    au_moins_une_fois = models.BooleanField("repart en cas de doute", default=False)
    # A secret (password link) is never shown on screen and is erased once sent.
    confidentiel = models.BooleanField("confidentiel", default=False)
    message_id = models.CharField(max_length=120, default=identifiant_de_message, editable=False)
    etat = models.CharField(
        "état", max_length=20, choices=EtatCourriel.choices, default=EtatCourriel.A_ENVOYER
    )
    essais = models.PositiveSmallIntegerField("essais", default=0)
    prochain_essai_le = models.DateTimeField("prochain essai le", default=timezone.now)
    pris_le = models.DateTimeField("pris en charge le", null=True, blank=True)
    erreur = models.TextField("erreur", blank=True)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        indexes = [
            models.Index(fields=["etat", "prochain_essai_le"], name="courriel_a_envoyer"),
            models.Index(fields=["-cree_le", "-id"], name="courriel_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.objet} – {self.destinataire}"

    @property
    def libelle_etat(self) -> str:
        """In demonstration nothing leaves: the label says so."""
        if self.etat == EtatCourriel.ENVOYE and settings.DEMONSTRATION:
            return "Affiché, non envoyé"
        return self.get_etat_display()


class NotificationQuerySet(models.QuerySet["Notification"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        """A notification is read by the person it was written to."""
        return self.filter(utilisateur_id=perimetre.utilisateur_id)

    def non_lues(self) -> Self:
        return self.filter(lue_le=None)


class Notification(models.Model):
    """A line in the header's bell. `cle`, when given, makes it unique for the person."""

    utilisateur = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    texte = models.TextField("texte")
    url = models.CharField("page concernée", max_length=300, blank=True)
    cle = models.CharField("clé", max_length=200, blank=True)
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    lue_le = models.DateTimeField("lue le", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "notification"
        verbose_name_plural = "notifications"
        indexes = [
            models.Index(fields=["utilisateur", "-cree_le", "-id"], name="notification_recente"),
            models.Index(
                fields=["utilisateur"], name="notification_non_lue", condition=models.Q(lue_le=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "cle"],
                name="notification_cle_unique",
                condition=~models.Q(cle=""),
                violation_error_message="Cette personne a déjà reçu cette notification.",
            )
        ]

    def __str__(self) -> str:
        return self.texte


class TravailDeFondQuerySet(models.QuerySet["TravailDeFond"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        """A job belongs to the person and to the habilitation which launched it."""
        return self.filter(
            proprietaire_id=perimetre.utilisateur_id, habilitation_id=perimetre.habilitation_id
        )


class TravailDeFond(models.Model):
    """A long job with its progress; Celery only wakes it up, this row is the truth."""

    genre = models.CharField("genre", max_length=80)
    titre = models.CharField("titre", max_length=200)
    parametres = models.JSONField("paramètres", default=dict, encoder=DjangoJSONEncoder)
    proprietaire = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="demandé par"
    )
    habilitation_id = models.BigIntegerField("habilitation", null=True)
    etat = models.CharField(
        "état", max_length=20, choices=EtatTravail.choices, default=EtatTravail.EN_ATTENTE
    )
    fait = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("total", default=0)
    message = models.TextField("message", blank=True)
    resultat = models.ForeignKey(
        Fichier, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="résultat"
    )
    essais = models.PositiveSmallIntegerField("essais", default=0)
    cree_le = models.DateTimeField("demandé le", auto_now_add=True)
    debut_le = models.DateTimeField("commencé le", null=True, blank=True)
    fin_le = models.DateTimeField("fini le", null=True, blank=True)
    battement_le = models.DateTimeField("dernier signe de vie", null=True, blank=True)

    objects = TravailDeFondQuerySet.as_manager()

    class Meta:
        verbose_name = "travail de fond"
        verbose_name_plural = "travaux de fond"
        indexes = [
            models.Index(fields=["etat", "battement_le"], name="travail_etat"),
            models.Index(fields=["proprietaire", "-id"], name="travail_proprietaire"),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def est_fini(self) -> bool:
        return self.etat in (EtatTravail.TERMINE, EtatTravail.ECHEC, EtatTravail.REFUSE)

    @property
    def pourcentage(self) -> int:
        """Share done, 0 to 100; 0 while the job does not know its size."""
        if self.etat == EtatTravail.TERMINE:
            return 100
        return min(100, self.fait * 100 // self.total) if self.total else 0


class BattementQuerySet(models.QuerySet["Battement"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        """Nobody's data: the ADMIN's pages and the commands of the operator read it through selectors."""
        return self.all() if perimetre.est_systeme or perimetre.role == ROLE_ADMIN else self.none()


class Battement(models.Model):
    """The last sign of life of a process that works behind the pages: one row each."""

    processus = models.CharField(
        "processus", max_length=20, choices=Processus.choices, primary_key=True, editable=False
    )
    le = models.DateTimeField("dernier signe de vie")

    objects = BattementQuerySet.as_manager()

    class Meta:
        verbose_name = "battement"
        verbose_name_plural = "battements"

    def __str__(self) -> str:
        return self.get_processus_display()


class DocumentQuerySet(models.QuerySet["Document"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        """Those of the objects that one may see, among the models declared (`socle.porteurs`).

        A withdrawn document is kept and no longer shown.
        """
        presents = self.filter(retire_le=None)
        if perimetre.est_systeme:
            return presents
        visibles = models.Q(pk__in=())
        for modele in porteurs():
            objets = modele._default_manager.dans_perimetre(perimetre)  # type: ignore[attr-defined]  # every bearer has it
            genre = ContentType.objects.get_for_model(modele)
            visibles |= models.Q(objet_type=genre, objet_id__in=objets.order_by().values("pk"))
        return presents.filter(visibles)


class Document(models.Model):
    """A file joined to an object of the trade, in its successive versions."""

    objet_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    objet_id = models.BigIntegerField("identifiant de l’objet")
    objet = GenericForeignKey("objet_type", "objet_id")
    titre = models.CharField("titre", max_length=200)
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        indexes = [models.Index(fields=["objet_type", "objet_id"], name="document_objet")]

    def __str__(self) -> str:
        return self.titre


class VersionDocumentQuerySet(models.QuerySet["VersionDocument"]):
    def dans_perimetre(self, perimetre: Perimetre) -> Self:
        return self.filter(document__in=Document.objects.dans_perimetre(perimetre))


class VersionDocument(models.Model):
    """One state of a document: never changed, followed by another."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    numero = models.PositiveSmallIntegerField("numéro")
    fichier = models.ForeignKey(Fichier, on_delete=models.PROTECT, related_name="+", verbose_name="fichier")
    depose_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="déposé par",
    )
    habilitation_libelle = models.TextField("en qualité de", blank=True)
    depose_le = models.DateTimeField("déposé le", auto_now_add=True)

    objects = VersionDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "version d’un document"
        verbose_name_plural = "versions d’un document"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "numero"],
                name="version_document_unique",
                violation_error_message="Une autre version vient d’être déposée : actualisez la page.",
            ),
            models.CheckConstraint(
                condition=models.Q(numero__gte=1),
                name="version_document_positive",
                violation_error_message="Les versions se comptent à partir de 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, version {self.numero}"
