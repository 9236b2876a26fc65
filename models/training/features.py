"""Features of a sound, as Vosk computes them by the model's `conf/mfcc.conf`."""

import kaldi_native_fbank
import numpy as np
import numpy.typing as npt

from speech.audio import Samples

RATE = 16000
Features = npt.NDArray[np.float32]
"""Frames of 10 ms × 40 mel-frequency cepstral coefficients."""


def features_of(samples: Samples, dither: float = 1.0) -> Features:
    """The features of 16 kHz sound; `dither` is the noise added, in steps of 16 bits, and Vosk's is 1."""
    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = dither
    options.mel_opts.num_bins = 40
    options.mel_opts.low_freq = 20
    options.mel_opts.high_freq = 7600
    options.num_ceps = 40
    options.use_energy = False
    computer = kaldi_native_fbank.OnlineMfcc(options)
    computer.accept_waveform(RATE, samples.astype(np.float32).tolist())
    computer.input_finished()
    frames = [computer.get_frame(number) for number in range(computer.num_frames_ready)]
    return np.asarray(frames, np.float32).reshape(-1, options.num_ceps)
