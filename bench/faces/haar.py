"""Frontal faces by OpenCV's Haar cascade: python3 bench/faces/haar.py LIST, a file of paths; prints counts and seconds of the processor as JSON."""
import json
import os
import sys
import time

import cv2

cv2.setNumThreads(1)
SIDE = 1024  # larger pictures are reduced to this, as the cascade takes longer the larger they are

cascade = cv2.CascadeClassifier(os.path.join(cv2.data.haarcascades, "haarcascade_frontalface_default.xml"))
with open(sys.argv[1], encoding="utf-8") as lines:
    paths = lines.read().split("\n")
start = time.process_time()
counts = []
for path in paths:
    picture = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    if picture is None:
        counts.append(0)
        continue
    scale = SIDE / max(picture.shape)
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    least = max(24, min(picture.shape) // 10)
    counts.append(len(cascade.detectMultiScale(picture, 1.1, 5, minSize=(least, least))))
print(json.dumps({"counts": counts, "seconds": time.process_time() - start}))
