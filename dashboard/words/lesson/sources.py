"""What the page draws on: the course, and a chapter of a textbook for each step."""

from __future__ import annotations

from typing import Final

from dashboard.words.lesson.steps import STEPS

_COURSE: Final = (
    "Andrew Ng, Machine Learning, Stanford University: the lectures on logistic regression, "
    "regularization and advice for applying machine learning; programming exercises 2 "
    "(logistic regression), 3 (one-vs-all on 20x20 digits) and 5 (learning curves)."
)

#: Short name → the book.
_BOOKS: Final = {
    "Bishop": "C. M. Bishop, Pattern Recognition and Machine Learning, Springer 2006",
    "ESL": "T. Hastie, R. Tibshirani, J. Friedman, "
    "[The Elements of Statistical Learning](https://hastie.su.domains/ElemStatLearn/), "
    "2nd ed., Springer 2009",
    "Deep Learning": "I. Goodfellow, Y. Bengio, A. Courville, "
    "[Deep Learning](https://www.deeplearningbook.org), MIT Press 2016",
    "Murphy": "K. P. Murphy, [Probabilistic Machine Learning: An Introduction]"
    "(https://probml.github.io/pml-book/book1.html), MIT Press 2022",
    "Nocedal and Wright": "J. Nocedal, S. J. Wright, Numerical Optimization, 2nd ed., "
    "Springer 2006",
    "Wilson": "E. B. Wilson, Probable inference, the law of succession, and statistical "
    "inference, Journal of the American Statistical Association 22 (1927), 209-212",
}

#: Anchor of the step → where to read on.
_CHAPTERS: Final = {
    "vector": "Deep Learning 2.1 (scalars, vectors, matrices); Bishop 1 (an image of a digit "
    "as a vector)",
    "theta": "Bishop 4.1.1 (linear discriminants of two classes); ESL 4.4",
    "sigmoid": "Bishop 4.3.2; Murphy 10.2 (binary logistic regression)",
    "cost": "Bishop 4.3.2 (cross-entropy); Deep Learning 6.2 (why no squared error)",
    "gradient": "Deep Learning 4.3 (gradient-based optimization); Murphy 10.2",
    "optimiser": "Nocedal and Wright 2 (unconstrained optimization), 6 (quasi-Newton methods)",
    "regularisation": "Deep Learning 7.1 (norm penalties); Bishop 4.3.2 (separable data)",
    "held-out": "ESL 7.2 (bias, variance, complexity), 7.10 (cross-validation); Deep Learning "
    "5.2 and 5.3; Wilson (the interval)",
    "ten-digits": "Bishop 4.1.2 (one-versus-the-rest), 4.3.4 (softmax); Murphy 10.3",
}


def sources_text() -> str:
    """The course, a chapter for each step, and the books; as markdown."""
    rows = [f"| {number} | {_CHAPTERS[anchor]} |" for number, anchor in enumerate(STEPS, 1)]
    books = [f"- **{name}**: {book}" for name, book in _BOOKS.items()]
    return "\n".join(
        [
            f"**The course**: {_COURSE}",
            "",
            "| step | textbook |",
            "|--:|:--|",
            *rows,
            "",
            *books,
        ]
    )
