"""Published example: tumours in control groups of rats."""

import numpy as np

# Rat tumours in 70 control groups: Gelman et al., Bayesian Data Analysis, 3rd ed., table 5.1
TUMOURS = np.array(
    [0] * 14
    + [1] * 8
    + [2] * 9
    + [1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10, 4, 4, 4, 4, 4, 4, 4, 10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5]
    + [6, 6, 6, 6, 16, 15, 15, 9]
)
RATS = np.array(
    [20] * 7
    + [19] * 4
    + [18, 18, 17, 20, 20, 20, 20, 19, 19, 18, 18, 25, 24, 23, 20, 20, 20, 20, 20, 20, 10, 49, 19, 46, 27]
    + [17, 49, 47, 20, 20, 13, 48, 50, 20, 20, 20, 20, 20, 20, 20, 48, 19, 19, 19, 22, 46, 49, 20, 20, 23]
    + [19, 22, 20, 20, 20, 52, 46, 47, 24]
)
