"""The same with Pillow in two processes: EXIF, decoding, the square in the middle, one resampling to 224 px.

python3 bench/ingest/pillow.py LIST, a file of paths; prints the seconds of the processors, without those of starting the processes.
"""
import sys
import time
from multiprocessing import Pool

from PIL import Image, ImageOps


def prepare(path):
    start = time.process_time()
    try:
        with Image.open(path) as picture:
            exif = picture.getexif()
            exif.get_ifd(0x8769)
            picture = ImageOps.exif_transpose(picture.convert("RGB"))
            ImageOps.fit(picture, (224, 224), Image.Resampling.BICUBIC)
    except OSError:
        pass  # damaged
    return time.process_time() - start


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as lines:
        paths = lines.read().split("\n")
    with Pool(2) as pool:
        print(sum(pool.map(prepare, paths, chunksize=4)))
