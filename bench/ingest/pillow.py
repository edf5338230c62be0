"""The same with Pillow in two processes: EXIF, decoding, the square in the middle, one resampling to 224 px.

python3 bench/ingest/pillow.py LIST [--torchvision | --draft], LIST a file of paths; prints the seconds of the processors, without those of starting
the processes. --torchvision: ImageFolder's loader with Resize, CenterCrop and ToTensor; --draft: JPEGs decoded at a fraction of their size,
which no loader does by itself.
"""
import sys
import time
from multiprocessing import Pool

from PIL import Image, ImageOps

SIZE = 224


def pillow(path, draft=False):
    with Image.open(path) as picture:
        read_exif(picture)
        if draft:
            picture.draft("RGB", (2 * SIZE, 2 * SIZE))
        picture = ImageOps.exif_transpose(picture.convert("RGB"))
        ImageOps.fit(picture, (SIZE, SIZE), Image.Resampling.BICUBIC)


def drafted(path):
    pillow(path, draft=True)


def torchvision(path):
    picture = loader(path)
    read_exif(picture)
    transform(ImageOps.exif_transpose(picture))


def read_exif(picture):
    picture.getexif().get_ifd(0x8769)


def prepare(path):
    start = time.process_time()
    try:
        chosen(path)
    except OSError:
        pass  # damaged
    return time.process_time() - start


chosen = pillow
if "--draft" in sys.argv:
    chosen = drafted
if "--torchvision" in sys.argv:
    import torch
    from torchvision.datasets.folder import pil_loader as loader
    from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize, ToTensor

    torch.set_num_threads(1)
    transform = Compose([Resize(SIZE, InterpolationMode.BICUBIC), CenterCrop(SIZE), ToTensor()])
    chosen = torchvision

if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as lines:
        paths = lines.read().split("\n")
    with Pool(2) as pool:
        print(sum(pool.map(prepare, paths, chunksize=4)))
