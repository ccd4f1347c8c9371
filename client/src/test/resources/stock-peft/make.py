"""Writes the folders beside this file: adapters in many configurations, saved by stock PEFT with random
values on the golden models, and the logits that it computed with them for one row.

    python make.py GOLDEN_MODELS      (made with torch 2.15.0, transformers 5.24.0, peft 0.21.2)
"""

import json
import os
import shutil
import sys

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM as Causal
from transformers import AutoModelForMaskedLM as Masked
from transformers import AutoModelForSequenceClassification as Sequence
from transformers import AutoModelForTokenClassification as Token

ROW = [5, 17, 33, 2, 90, 41, 8, 64, 77, 3, 12]
SEQUENCE = {"task_type": "SEQ_CLS"}
TOKEN = {"task_type": "TOKEN_CLS"}
CASES = {
    "bert-default": ("bert-sequence", Sequence, 3, {**SEQUENCE}),
    "bert-all-linear": ("bert-sequence", Sequence, 3, {**SEQUENCE, "target_modules": "all-linear"}),
    "bert-pooler-saved": (
        "bert-sequence",
        Sequence,
        3,
        {"r": 3, "target_modules": ["query", "value"], "modules_to_save": ["pooler", "classifier"]},
    ),
    "bert-5-classes": ("bert-sequence", Sequence, 5, {**SEQUENCE, "target_modules": ["query", "dense"]}),
    "roberta-rslora": (
        "roberta-sequence",
        Sequence,
        3,
        {**SEQUENCE, "r": 6, "use_rslora": True, "lora_alpha": 13, "target_modules": ["query", "key"]},
    ),
    "distilbert": ("distilbert-sequence", Sequence, 3, {**SEQUENCE, "target_modules": ["q_lin", "lin1"]}),
    "bert-token": ("bert-token", Token, 3, {**TOKEN, "target_modules": ".*attention.self.(query|value)"}),
    "bert-mlm-excluded": (
        "bert-mlm",
        Masked,
        0,
        {"target_modules": ["query"], "exclude_modules": ["encoder.layer.0.attention.self.query"]},
    ),
    "llama-patterns": (
        "llama",
        Causal,
        0,
        {
            "task_type": "CAUSAL_LM",
            "lora_alpha": 6,
            "target_modules": ["q_proj", "down_proj", "gate_proj"],
            "rank_pattern": {"down_proj": 7, "^model.layers.1.self_attn.q_proj": 2},
            "alpha_pattern": {"layers.1.*": 11},
        },
    ),
    "llama-layers": (
        "llama",
        Causal,
        0,
        {"target_modules": ["q_proj", "v_proj"], "layers_to_transform": [1], "layers_pattern": "layers"},
    ),
    "llama-score": ("llama", Sequence, 4, {**SEQUENCE, "target_modules": ["q_proj"]}),
    "llama-tokens": ("llama", Token, 4, {**TOKEN, "target_modules": ["q_proj"]}),
    "gpt2-default": ("gpt2", Causal, 0, {"task_type": "CAUSAL_LM"}),
    "gpt2-fan-in-fan-out": (
        "gpt2",
        Causal,
        0,
        {"fan_in_fan_out": True, "target_modules": ["c_attn", "mlp.c_proj"]},
    ),
    "qwen3-mica": ("qwen3", Causal, 0, {"target_modules": ["o_proj"], "init_lora_weights": "mica"}),
    "refused-dora": ("llama", Causal, 0, {"target_modules": ["q_proj"], "use_dora": True}),
    "refused-lora-bias": ("bert-mlm", Masked, 0, {"target_modules": ["query"], "lora_bias": True}),
    "refused-pissa": ("llama", Causal, 0, {"target_modules": ["q_proj"], "init_lora_weights": "pissa"}),
    "refused-embedding": ("llama", Causal, 0, {"target_modules": ["q_proj", "embed_tokens"]}),
    "refused-lm-head": ("llama", Causal, 0, {"target_modules": ["q_proj", "lm_head"]}),
}


def main(models):
    here = os.path.dirname(os.path.abspath(__file__))
    logits = {}
    for name, (base, kind, classes, config) in CASES.items():
        torch.manual_seed(7)
        labels = {"num_labels": classes, "ignore_mismatched_sizes": True} if classes else {}
        model = kind.from_pretrained(os.path.join(models, base), dtype=torch.float32, **labels)
        model = get_peft_model(model, LoraConfig(**{"r": 4, **config}))
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.add_(0.1 * torch.randn_like(parameter))
            logits[name] = model.eval()(torch.tensor([ROW])).logits.flatten()
        folder = os.path.join(here, name)
        shutil.rmtree(folder, ignore_errors=True)
        model.save_pretrained(folder)
        os.remove(os.path.join(folder, "README.md"))
        file = os.path.join(folder, "adapter_config.json")
        with open(file) as text:
            saved = json.load(text)
        saved["base_model_name_or_path"] = base
        with open(file, "w") as text:
            json.dump(saved, text, indent=2, sort_keys=True)
    save_file(logits, os.path.join(here, "logits.safetensors"))


main(sys.argv[1])
