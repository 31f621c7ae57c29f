"""How it works: the whole of logistic regression on one digit."""

import streamlit as st

from dashboard.address import write_link
from dashboard.frame import frame
from dashboard.lesson.choose import choose_digit
from dashboard.lesson.cost import the_cost
from dashboard.lesson.downhill import downhill
from dashboard.lesson.held_out import held_out_digits
from dashboard.lesson.regularisation import regularisation
from dashboard.lesson.sigmoid import the_sigmoid
from dashboard.lesson.style import lesson_style
from dashboard.lesson.ten_digits import ten_digits
from dashboard.lesson.theta import theta_is_a_vector
from dashboard.lesson.vector import an_image_is_a_vector
from dashboard.run_controls import follow
from dashboard.sheet import sheet_is_open
from dashboard.words.lesson.legend import LEGEND, legend
from dashboard.words.lesson.sources import sources_text
from dashboard.words.lesson.steps import contents

lab = frame("How it works")
lesson_style()
job = lab.current_run()

st.markdown(
    "Logistic regression reads a digit by **one weighted sum**: each pixel speaks for or against "
    "it, as loudly as its weight in θ says. Pick a digit and follow it through nine steps."
)
st.markdown(contents())
with st.expander(LEGEND), st.container(key="legend"):
    st.markdown(legend())
follow(lab, job, again=not sheet_is_open())
lesson = choose_digit(lab)

an_image_is_a_vector(lesson)
theta_is_a_vector(lesson)
the_sigmoid(lab, lesson)
the_cost(lab, lesson)
downhill(lab, lesson)
regularisation(lab, lesson)
held_out_digits(lab, lesson)
ten_digits(lab, lesson)
with st.container(key="sources"):
    st.subheader("Sources", anchor="sources")
    st.markdown(sources_text())
write_link()
