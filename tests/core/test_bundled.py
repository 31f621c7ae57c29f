"""The bundled digits are scikit-learn's, at 20x20, and need no scikit-learn to load."""

import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

import logreg_core
from logreg_core.bundled import load_bundled

DIGITS = Path(logreg_core.__file__).parent / "digits"


@pytest.fixture(scope="module")
def published():
    return load_digits()


def test_images_are_the_published_scans_enlarged_and_clipped(published):
    expected = [
        np.asarray(
            Image.fromarray((scan / 16).astype(np.float32)).resize(
                (20, 20), Image.Resampling.BICUBIC
            )
        )
        for scan in published.images
    ]
    np.testing.assert_allclose(load_bundled().images, np.clip(expected, 0, 1), atol=1e-6)
    np.testing.assert_array_equal(load_bundled().labels, published.target)


def test_ink_is_bright_on_dark_paper_and_fills_the_scale():
    images = load_bundled().images
    assert (images.min(), images.max()) == (0, 1)
    assert images[:, :, [0, -1]].mean() < 0.1 < images[:, :, 8:12].mean()


def test_bundled_data_is_loaded_once():
    assert load_bundled() is load_bundled()


def test_the_script_makes_the_file_that_is_shipped(tmp_path):
    make_digits = runpy.run_path(str(DIGITS / "make_digits.py"))["make_digits"]
    make_digits(tmp_path / "digits.npz")
    with np.load(tmp_path / "digits.npz") as made, np.load(DIGITS / "digits.npz") as shipped:
        assert sorted(made) == sorted(shipped) == ["images", "labels"]
        for array in made:
            np.testing.assert_array_equal(made[array], shipped[array])


def test_the_data_names_its_source_and_licence():
    readme = (DIGITS / "README.md").read_text(encoding="utf-8")
    for name in "Alpaydin", "Kaynak", "UCI", "CC BY 4.0":
        assert name in readme


def test_loading_does_not_import_scikit_learn():
    script = (
        "import sys; from logreg_core.bundled import load_bundled; load_bundled(); "
        "sys.exit('sklearn' in sys.modules)"
    )
    subprocess.run(  # our own words, in a fresh interpreter
        [sys.executable, "-c", script], check=True, cwd=DIGITS.parents[1]
    )
