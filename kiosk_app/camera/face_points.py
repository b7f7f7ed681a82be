"""Which of the 478 face points are what. Left and right are the person's own.

Numbers of MediaPipe's face mesh: 0..467 lie on the skin, 468..472 are the right iris (centre first), 473..477 the
left one.
"""

from typing import Final

POINT_COUNT: Final = 478
CHIN: Final = 152
NOSE_BRIDGE: Final = 168
NOSE_MIDDLE: Final = 197
NOSE_TIP: Final = 1
MOUTH_CORNERS: Final = (61, 291)

RIGHT_EYE_CORNERS: Final = (33, 133)
LEFT_EYE_CORNERS: Final = (362, 263)
# Upper and lower lid, in pairs that face each other across the opening.
RIGHT_LIDS: Final = ((160, 144), (159, 145), (158, 153), (161, 163), (157, 154))
LEFT_LIDS: Final = ((387, 373), (386, 374), (385, 380), (388, 390), (384, 381))
# Upper and lower inner lip, in pairs.
INNER_LIPS: Final = ((13, 14), (82, 87), (312, 317), (81, 178), (311, 402))

# The edge of the face, from the middle of the forehead clockwise in the picture.
FACE_OVAL: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)

# What 68-point models outline: the brows and the jaw, without the forehead.
BROWS_AND_JAW: Final = (
    *(70, 63, 105, 66, 107, 336, 296, 334, 293, 300, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127),
)

# Input of the blendshape network, in its order.
BLENDSHAPE_POINTS: Final = (
    *(0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80),
    *(81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153),
    *(154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249),
    *(251, 263, 267, 269, 270, 276, 282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314),
    *(317, 318, 321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382),
    *(384, 385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, *range(468, 478)),
)
# Output numbers of the blendshape network that are used.
JAW_OPEN: Final = 25
MOUTH_SMILES: Final = (44, 45)

# Areas of skin, as the corners of a convex outline; their medians stand for the light and the colour there.
RIGHT_CHEEK: Final = (116, 117, 118, 100, 36, 205, 187, 123)
LEFT_CHEEK: Final = (345, 346, 347, 329, 266, 425, 411, 352)
RIGHT_UNDER_EYE: Final = (7, 163, 144, 145, 153, 154, 155, 31, 228, 229, 230, 231, 232, 233)
LEFT_UNDER_EYE: Final = (249, 390, 373, 374, 380, 381, 382, 261, 448, 449, 450, 451, 452, 453)
RIGHT_EYE: Final = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
LEFT_EYE: Final = (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
FOREHEAD: Final = (109, 10, 338, 337, 151, 108)
RIGHT_MOUTH_SIDE: Final = (57, 186, 92, 165, 206, 216, 212, 202)
LEFT_MOUTH_SIDE: Final = (287, 410, 322, 391, 426, 436, 432, 422)
CHIN_SKIN: Final = (18, 83, 313, 406, 182, 199, 200, 208, 428)
