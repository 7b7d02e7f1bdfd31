"""Writes torch_names.txt: the names of PyTorch that Documentation/PyTorch.md must list, one a line.

A function of torch stands there by its name alone, others with the short prefix that is usual in Python (F.relu).
What is no function of tensors or models is left out by the rules below, which the document explains.
"""

import inspect
import pathlib
import re

import torch
import torch.nn.utils.parametrizations
import torch.nn.utils.parametrize
import torch.nn.utils.rnn
import torch.optim.swa_utils

# In place: Weft's tensors are values. Copies of views: internal.
ENDINGS = r"(?!index_copy$).*(_|_copy)"
# Other devices and libraries, quantization, sparse storage, symbolic sizes, internals.
FAMILIES = r"""
cudnn_.* miopen_.* mkldnn_.* fbgemm_.* sym_.* quantize.* .*quantized.* fake_quant.* fused_.* q_.* choose_qparams.*
int_repr dequantize qscheme sparse_.* to_sparse.* .*sparse_dim c?(col|row)_indices indices values.* is_coalesced
coalesce dense_dim to_dense to_mkldnn to_padded_tensor dsmm hsmm hspmm smm spmm saddmm sspaddmm batch_norm_.+
native_.* .*_backward.* convolution affine_grid_generator grid_sampler.* constant_pad_nd feature_dropout
norm_except_dim unsafe_.* empty_permuted slice_inverse unfold_copy autocast_.* .*mkldnn.*
(get|set|is|clear)_autocast.* .*_default_(device|tensor_type) get_device.* .*deterministic_debug.* are_determ.*
is_determ.* .*interop.* init_num_threads set_flush_denormal .*float32_matmul_precision .*warn_always.*
prepare_multiprocessing.* profiler_.* is_anomaly.* set_anomaly_enabled compile.* import_ir.* parse_.* merge_type.*
unify_type.* fork wait while_loop cond get_file_path typename thread_safe_generator classproperty is_distributed
is_vulkan.* is_inference.* is_storage is_neg is_conj resolve_.* from_file .*dlpack frombuffer set_printoptions range
lstsq eig symeig can_cast
""".split()
# Of Tensor: where it lies, how it is stored, what is deprecated.
TENSOR = r"""
as_subclass chalf cdouble cfloat const_data_ptr data_ptr cpu cuda xpu ipu mtia is_.*(cpu|cuda|ipu|maia|meta)
is_(mps|mtia|nested|pinned|quantized|set_to|shared|sparse.*|vulkan|xla|xpu) dim_order grad_dtype grad_fn layout name
module_load new output_nr pin_memory record_stream reinforce resize.* storage.* index type untyped_storage volatile
.*empty_strided
""".split()
OTHERS = r"""
Callable DType ScalingType SwizzleType Tensor assert_int_or_pair boolean_dispatch .*torch_function.* LinAlgError Any
Counter SupportsFloat TypedDict bisect_right cast override partial ref wraps factory_kwargs Container
LinearCrossEntropyOptions debug_unwrap functionalize rearrange clip_grad_norm stateless convert_conv.*
parametrizations parametrize rnn skip_init transfer_.* type_before_.* cached ParametrizationList Optional Literal
ParamSpec TypeVar Self native_.* is_autocast_available variable Variable NestedIOFunction grad_mode
set_multithreading_enabled enforce_.* set_detect_anomaly invert_permutation uniform normal constant eye dirac
xavier_(uniform|normal) kaiming_(uniform|normal) orthogonal sparse get_swa.* get_ema.* UninitializedBuffer
UninitializedParameter
""".split()
# Of Module: where it lies, and what registers by name what Swift declares as a property.
MODULE = r"""
T_destination call_super_init dump_patches forward cpu cuda ipu mtia xpu type to_empty share_memory compile
(get|set)_extra_state register_(load_state_dict|state_dict)_.* register_backward_hook
""".split()


def matches(name, rules):
    return any(re.fullmatch(rule, name) for rule in rules)


def functions():
    """The functions of torch; of its classes those that switch gradients on and off."""
    switches = ["no_grad", "enable_grad", "set_grad_enabled", "inference_mode"]
    for name in dir(torch):
        value = getattr(torch, name)
        public = not name.startswith("_") and callable(value) and not inspect.isclass(value)
        if name in switches or public and not matches(name, [ENDINGS, *FAMILIES]):
            yield name


def methods():
    """What a Tensor has beyond the functions of torch."""
    for name in dir(torch.Tensor):
        if not name.startswith("_") and not hasattr(torch, name) and not matches(name, [ENDINGS, *FAMILIES, *TENSOR]):
            yield "Tensor." + name
    # Types of torch have these names too.
    for name in "bfloat16 bool double dtype float half int long short device".split():
        yield "Tensor." + name


def module_methods():
    """What one asks of a Module; those in place are in the table as they are written."""
    for name in dir(torch.nn.Module):
        if not name.startswith("_") and not matches(name, MODULE):
            yield "Module." + name


def members(module, prefix, names=None, rules=()):
    for name in names or dir(module):
        value = getattr(module, name)
        if not name.startswith("_") and callable(value) and not matches(name, [*OTHERS, *rules]):
            yield prefix + name


def all_names():
    yield from functions()
    yield from methods()
    yield from members(torch.nn, "nn.")
    yield from module_methods()
    yield from members(torch.nn.functional, "F.", rules=[ENDINGS])
    yield from members(torch.linalg, "linalg.")
    yield from members(torch.fft, "fft.")
    yield from members(torch.special, "special.")
    yield from members(torch.func, "func.")
    yield from members(torch.autograd, "autograd.", torch.autograd.__all__)
    functionals = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]
    yield from members(torch.autograd.functional, "autograd.functional.", functionals)
    yield from members(torch.optim, "optim.")
    yield from members(torch.optim.lr_scheduler, "lr_scheduler.", rules=["Optimizer"])
    yield from members(torch.optim.swa_utils, "swa_utils.", torch.optim.swa_utils.__all__)
    yield from members(torch.nn.utils, "utils.", torch.nn.utils.__all__)
    yield from ["parametrizations.orthogonal", "parametrizations.spectral_norm", "parametrizations.weight_norm"]
    yield from members(torch.nn.utils.parametrize, "parametrize.", torch.nn.utils.parametrize.__all__)
    yield from members(torch.nn.utils.rnn, "rnn.", torch.nn.utils.rnn.__all__)
    yield from members(torch.nn.init, "init.")
    yield from members(torch.amp, "amp.", torch.amp.__all__)


names = sorted(set(all_names()), key=lambda name: (name.rpartition(".")[0], name))
pathlib.Path(__file__).with_name("torch_names.txt").write_text("\n".join(names) + "\n")
