"""Logistic regression on 20x20 handwritten digits: the numbers behind Theta Lab.

Knows nothing of screens: it imports neither streamlit nor plotly.

Examples
--------
>>> from logreg_core import TrainConfig, fit, load_bundled
>>> training, held_out = load_bundled().only(0, 1).split(0.25, seed=0)
>>> result = fit(training, TrainConfig(lam=1))
>>> accuracy = (result.model.predict(held_out.images) == held_out.labels).mean()
>>> bool(accuracy > 0.98)
True
"""

from logreg_core.bundled import load_bundled
from logreg_core.config import AUTO, MULTICLASS, RANGES, WHOLE_NUMBERS, TrainConfig
from logreg_core.cost_map import CostMap, PathOnMap, cost_map
from logreg_core.cost_ray import CostRay, cost_ray
from logreg_core.cross_reading import CrossReading
from logreg_core.dataset import Dataset
from logreg_core.decisions import Decisions
from logreg_core.descent import Descent, DescentStep
from logreg_core.diagnosis import Finding, diagnose
from logreg_core.drawing_style import DrawingStyle, drawing_style
from logreg_core.drawings import Collection, LabelledDrawing, reduced_ink
from logreg_core.duplicates import Duplicates, copies
from logreg_core.errors import ConfigError, DataError
from logreg_core.evaluation import (
    Z_OF_95_PERCENT,
    ReliabilityCurve,
    brier_score,
    confusion_matrix,
    filled_edges,
    reliability_curve,
    wilson_interval,
    wilson_reach,
)
from logreg_core.explanation import (
    Flip,
    HeavyPixel,
    heaviest_pixels,
    lead,
    rivals,
    smallest_flip,
)
from logreg_core.history import History, Step, StopReason
from logreg_core.job import JobState, TrainingJob
from logreg_core.learning_curve import (
    USUAL_SEEDS,
    CurvePoint,
    LearningCurve,
    stratified_order,
    usual_sizes,
)
from logreg_core.line import Line, Relay, Turns
from logreg_core.loss_line import LossCurve, LossesOnALine, losses_on_a_line
from logreg_core.minimum import for_the_minimum
from logreg_core.mnist import load_mnist
from logreg_core.mnist_fetch import FetchProgress, MNISTFetch
from logreg_core.model import Judgement, Model, Reading
from logreg_core.normalise import (
    PREPARATIONS,
    STAGES,
    DrawingStep,
    drawing_steps,
    normalise_drawing,
    prepare_images,
)
from logreg_core.objective import Objective, SoftmaxObjective, cost_and_gradient, log_loss
from logreg_core.optimizers import OPTIMIZERS, Optimizer
from logreg_core.optimizers.first_order import SCHEDULES
from logreg_core.optimum import Optimum, find_optimum, first_within, within_for_good
from logreg_core.photo import PhotoDigit, digit_on_photo
from logreg_core.race import SHARED_SETTINGS, Race
from logreg_core.regularisation_path import PathPoint, RegularisationPath, best_of_path
from logreg_core.score import Score, Scores
from logreg_core.training import FitResult, Refusal, fit, refusal
from logreg_core.trainings import Outcome, Trainings, grid
from logreg_core.unconstrained import Returned, UnconstrainedCall
from logreg_core.upload import (
    ACCEPTED_UPLOADS,
    FULL_SCALES,
    MAX_FILE_BYTES,
    MAX_PHOTO_BYTES,
    Layout,
    Upload,
    open_upload,
    read_photo,
    read_upload,
    stand_by,
)

__all__ = [
    "ACCEPTED_UPLOADS",
    "AUTO",
    "FULL_SCALES",
    "MAX_FILE_BYTES",
    "MAX_PHOTO_BYTES",
    "MULTICLASS",
    "OPTIMIZERS",
    "PREPARATIONS",
    "RANGES",
    "SCHEDULES",
    "SHARED_SETTINGS",
    "STAGES",
    "USUAL_SEEDS",
    "WHOLE_NUMBERS",
    "Z_OF_95_PERCENT",
    "Collection",
    "ConfigError",
    "CostMap",
    "CostRay",
    "CrossReading",
    "CurvePoint",
    "DataError",
    "Dataset",
    "Decisions",
    "Descent",
    "DescentStep",
    "DrawingStep",
    "DrawingStyle",
    "Duplicates",
    "FetchProgress",
    "Finding",
    "FitResult",
    "Flip",
    "HeavyPixel",
    "History",
    "JobState",
    "Judgement",
    "LabelledDrawing",
    "Layout",
    "LearningCurve",
    "Line",
    "LossCurve",
    "LossesOnALine",
    "MNISTFetch",
    "Model",
    "Objective",
    "Optimizer",
    "Optimum",
    "Outcome",
    "PathOnMap",
    "PathPoint",
    "PhotoDigit",
    "Race",
    "Reading",
    "Refusal",
    "RegularisationPath",
    "Relay",
    "ReliabilityCurve",
    "Returned",
    "Score",
    "Scores",
    "SoftmaxObjective",
    "Step",
    "StopReason",
    "TrainConfig",
    "TrainingJob",
    "Trainings",
    "Turns",
    "UnconstrainedCall",
    "Upload",
    "best_of_path",
    "brier_score",
    "confusion_matrix",
    "copies",
    "cost_and_gradient",
    "cost_map",
    "cost_ray",
    "diagnose",
    "digit_on_photo",
    "drawing_steps",
    "drawing_style",
    "filled_edges",
    "find_optimum",
    "first_within",
    "fit",
    "for_the_minimum",
    "grid",
    "heaviest_pixels",
    "lead",
    "load_bundled",
    "load_mnist",
    "log_loss",
    "losses_on_a_line",
    "normalise_drawing",
    "open_upload",
    "prepare_images",
    "read_photo",
    "read_upload",
    "reduced_ink",
    "refusal",
    "reliability_curve",
    "rivals",
    "smallest_flip",
    "stand_by",
    "stratified_order",
    "usual_sizes",
    "wilson_interval",
    "wilson_reach",
    "within_for_good",
]
