"""Names of secrets, names that only look like it, and the styles in which people write them."""

SECRET_NAMES = """
    user_token bot_token openai_key credentials pwd auth credential api_token api_key access_token access_key
    refresh_token
    auth_token session_token id_token bearer_token csrf_token sas_token user_tokens tokens token api_keys stripe_key
    wandb_key wandb_api_key neptune_api_token hf_token hub_token push_to_hub_token use_auth_token github_token
    github_pat
    gitlab_token slack_token discord_token telegram_bot_token anthropic_api_key azure_openai_key azure_primary_key
    aws_secret_access_key aws_session_token azure_storage_key storage_account_key account_key signing_key encryption_key
    private_key ssh_key deploy_key license_key secret secrets client_secret secret_key secret_key_base password
    passwords
    passwd db_password password_hash password_confirm passphrase passcode mysql_pwd db_pass smtp_pass pin otp jwt dsn
    sentry_dsn cookie cookies session_cookie webhook webhook_url slack_webhook_url connection_string conn_str http_auth
    proxy_authorization authorization basic_auth oauth pat api_token_prod token_value x_api_key my_service_key
    """.split()
RUN_TOGETHER = """
    apikey APIKEY apitoken authtoken accesskey privatekey PGPASSWORD dbpassword userpass api_key_2 token1 oauth2_token
    """.split()
ORDINARY_NAMES = """
    hf_tokenizer tokenizer tokenizers tokenization passwordless secretary secretary_cost author authors authority
    authenticate passes bypass compass pass pass_rate path pattern patience spatial pin_memory spin gpio_pin servo_pin
    keyboard keyword keypoints monkey key keys sort_key primary_key foreign_key prng_key rng_key PRNGKey metric_key
    steps_key env_args.key task_kwargs.key
    log_key obs_key image_key cnn_keys mlp_keys log_keys_video public_key hot_key subkey num_key_value_heads query_key
    pad_token eos_token stop_tokens image_token next_token max_tokens num_tokens n_tokens token_dim token_type
    token_embedding tokens_per_second token_path password_file password_length api_key_env api_key_file secret_name
    cookie_name webhook_name auth_type auth_url access_mode session refresh account private connection connections
    string
    robot option cookie_cutter credit incredible HF_TOKEN_PATH TOKENIZERS_PARALLELISM MAX_TOKENS SSH_AUTH_SOCK
    XAUTHORITY
    PASSWORD_STORE_DIR SECRETS_FOLDER KEY GPG_KEY
    """.split()


def styles(name):
    """A name as other people write it."""
    words = name.split("_")
    return [name, name.upper(), "-".join(words), "--" + "-".join(words), ".".join(words), " ".join(words),
            "/".join(words), words[0] + "".join(map(str.title, words[1:])), "".join(map(str.title, words)),
            "agent_0/" + name]
