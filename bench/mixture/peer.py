"""scikit-learn, in a process of its own: the arguments and the output of ours.ts."""
import base64
import json
import resource
import sys
import time
import warnings

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

warnings.simplefilter("ignore", ConvergenceWarning)


class FromLabels(GaussianMixture):
    def _initialize_parameters(self, X, random_state, xp=None):
        one_hot = np.zeros((len(X), self.n_components))
        one_hot[np.arange(len(X)), self.first_labels] = 1
        self._initialize(X, one_hot)


def mixture(iterations):
    model = FromLabels(components, covariance_type=task["covariance"], reg_covar=1e-6, tol=0, max_iter=iterations)
    model.first_labels = np.load(f"{folder}/labels.npy") % components
    return model


def fit():
    model = mixture(task["iterations"])

    def work():
        labels = model.fit_predict(features)
        return list(model.lower_bounds_), labels

    return work


def k_means():
    start = features[np.arange(components) * (len(features) // components)]
    model = KMeans(components, init=start, n_init=1, algorithm=task["algorithm"], copy_x=True)

    def work():
        model.fit(features)
        return [model.n_iter_, *model.cluster_centers_.ravel().tolist()], model.labels_

    return work


def seeds():
    def work():
        kmeans_plusplus(features, components, random_state=1)
        return [], np.empty(0)

    return work


def score():
    model = mixture(1)
    model._initialize_parameters(features, None)
    return lambda: (model.score_samples(features).tolist(), np.empty(0))


folder, task = sys.argv[1], json.loads(sys.argv[2])
components = task["components"]
features = np.load(f"{folder}/features.npy").astype(np.float64)
work = {"fit": fit, "k-means": k_means, "seeds": seeds, "score": score}[task["work"]]()
start, cpu = time.perf_counter(), time.process_time()
numbers, labels = work()
print(json.dumps({
    "seconds": time.perf_counter() - start,
    "cpuSeconds": time.process_time() - cpu,
    "peakMemory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    "numbers": numbers,
    "labels": base64.b64encode(labels.astype(np.int32).tobytes()).decode(),
}))
