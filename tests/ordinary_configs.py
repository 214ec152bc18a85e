"""Hyper-parameters as people have them, from memory: none of them is a secret, whatever its name looks like."""

STABLE_BASELINES3 = dict(
    policy="MlpPolicy", env_id="CartPole-v1", learning_rate="lin_3e-4", n_steps=2048, batch_size=64, n_epochs=10,
    gamma=0.99, gae_lambda=0.95, clip_range=0.2, ent_coef="auto_0.1", vf_coef=0.5, max_grad_norm=0.5, use_sde=False,
    policy_kwargs={"net_arch": {"pi": [64, 64], "vf": [64, 64]}, "activation_fn": "ReLU", "ortho_init": False},
    monitor_kwargs={"info_keywords": ("is_success", "reward_key")}, normalize="{'norm_obs': True}", device="auto",
    replay_buffer_class="HerReplayBuffer", goal_selection_strategy="future", optimize_memory_usage=False,
    features_extractor_class="NatureCNN", vec_env_cls="SubprocVecEnv", hyperparams_path="hyperparams/ppo.yml",
    achieved_goal_key="achieved_goal", desired_goal_key="desired_goal", observation_key="observation")

RLLIB = dict(
    framework="torch", num_env_runners=4, rollout_fragment_length="auto", train_batch_size=4000,
    count_steps_by="agent_steps",
    policies={"default_policy": (None, None, None, {})}, policy_mapping_fn="<function>",
    output_compress_columns=["obs", "new_obs"],
    checkpoint_score_attribute="episode_reward_mean", keep_checkpoints_num=3, sync_config={"upload_dir": None},
    exploration_config={"type": "EpsilonGreedy"}, model={"fcnet_hiddens": [256, 256], "vf_share_layers": False},
    metrics_num_episodes_for_smoothing=100, state_key="obs", module_key="default_policy", key_path="a/b",
    agent_key="agent_0",
    _model_config_auto_includes={"is_policy_key": "yes"}, input_="sampler", postprocess_inputs=False)

CLEANRL = dict(
    exp_name="ppo_atari", torch_deterministic=True, cuda=True, track=False, wandb_project_name="cleanRL",
    wandb_entity=None,
    capture_video="every", total_timesteps=10_000_000, num_minibatches=4, anneal_lr=True, norm_adv=True, target_kl=None,
    autotune="alpha", q_lr=1e-3, policy_lr=3e-4, exploration_noise=0.1, hf_entity="cleanrl", upload_model=False,
    hf_revision="main",
    prng_key="[0 42]", rng_key="threefry2x32", key="params", init_key="zeros", noise_key="gaussian",
    dropout_key="dropout",
    sample_key="z", jax_key="uint32[2]", subkey="split")

DREAMER = dict(
    mlp_keys=".*", cnn_keys="image|rgb", log_keys_video=["image"], log_keys_sum="^$", log_keys_mean="(a|b)",
    log_keys_max="^log_.*",
    image_key="image", obs_key="pixels", reward_key="reward", action_key="action", done_key="is_last",
    step_key="env_step",
    steps_key="actor_steps", metric_key="episode/score", monitor_key="val/loss", log_key="train",
    best_model_metric_key="eval/return",
    sort_key="score", primary_key="id", foreign_key="run", partition_key="date", group_key="task", cache_key="v2",
    hash_key="sha1",
    dict_key="a", config_key="ppo", lookup_key="name", input_key="question", output_key="answer", prompt_key="prompt",
    response_key="response", text_key="text", label_key="label", target_key="y", mask_key="mask",
    camera_key="agentview_image",
    policy_key="pi", critic_key="q1", param_key="params", model_key="ema", checkpoint_key="last", timestep_key="t",
    time_key="wall",
    env_key="ant", task_key="stack", skill_key="z", goal_key="g", info_key="episode", return_key="ret",
    score_key="mean",
    query_key="q", value_key="v", num_key_value_heads="8", hot_key="ctrl+q", keymap="vim", keyboard="us",
    keys_to_play={"w": 1},
    keypoints="coco", x_key="step", y_key="reward", host_key="sha256", public_key="ssh-ed25519 AAAA",
    gpg_key="E3FF2839C048B25C")

HUGGING_FACE = dict(
    model_name_or_path="meta-llama/Llama-3.1-8B", tokenizer="gpt2", hf_tokenizer="meta-llama/Llama-3-8B",
    tokenizer_name="gpt2",
    tokenizer_kwargs={"padding_side": "left"}, tokenization="bpe", use_fast_tokenizer=True, pad_token="<pad>",
    eos_token="</s>",
    bos_token="<s>", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="<mask>",
    image_token="<image>",
    additional_special_tokens=["<think>", "</think>"], stop_tokens=["\n\n", "Question:"],
    special_tokens={"user": "<|user|>"},
    user_token="<|user|>", bot_token="<|bot|>", assistant_token="assistant", system_token="system",
    forced_bos_token="en_XX",
    next_token="greedy", last_token="mean", target_token="answer", instance_token="sks", placeholder_token="cat-toy",
    initializer_token="toy", first_token="bos", max_tokens="auto", max_new_tokens=256, min_tokens=1, num_tokens="1B",
    session_tokens=4096, total_tokens=300_000_000_000, tokens_per_second="fast", token_dim=64, token_type="bert",
    token_embedding="learned", token_mixing="attention", token_level="word", tokens="4096", tokens_seen=10,
    n_tokens="32k",
    remove_unused_columns=False, ignore_pad_token_for_loss=True, report_to="wandb", push_to_hub=False,
    hub_model_id="me/ppo",
    attn_implementation="flash_attention_2", reward_model_path="me/rm", kl_penalty="kl", missing_eos_penalty=1.0)

LOOK_ALIKES = dict(
    passwordless="ssh", secretary_cost="cheap", secretary="greedy", authors="me and you", author="me",
    authority="central",
    authentic=True, bypass="relu", passes="three", pass_rate="high", n_passes=3, forward_pass="eager", compass="north",
    passive="yes",
    passage="long", encompass="all", overpass="yes", path="a/b", pattern="*.py", patience=10, patch_size="16x16",
    pathway="fast",
    spatial="yes", pin_memory="yes", pinned="no", spin="up", gpio_pin="17", servo_pin=9, led_pin="D13", pat="*.pt",
    file_pat="run_*",
    credit_assignment="gae", incredible="yes", accredited="no", cookie_cutter="round", otpauth_none="x", robot="arm",
    option="eps",
    connection="sparse", connections="dense", connected=True, string="conn", monkey="see", turkey="roast", donkey="car",
    keyword="x", keyframe="first", token_path="/a/token", password_file="/a/b", api_key_env="OPENAI_API_KEY",
    auth_type="basic",
    secret_name="mine", webhook_name="slack", cookie_jar_path="/a", token_count=5, password_length=12, key_size="2048",
    access_mode="rw", private=True, api="v2", account="me", session="one", refresh="daily", bearer_friction="low",
    basic="yes",
    pwd="/home/me/work", PWD="/home/me", OLDPWD="/tmp", jwt=None, auth=None, auth_enabled="yes", token="",
    api_key="none")

ALL = {"stable baselines 3": STABLE_BASELINES3, "rllib": RLLIB, "cleanrl": CLEANRL, "dreamer": DREAMER,
       "hugging face": HUGGING_FACE, "look-alikes": LOOK_ALIKES}
