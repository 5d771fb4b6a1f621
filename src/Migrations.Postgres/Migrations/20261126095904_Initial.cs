using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "data_datasets",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    latest_version = table.Column<int>(type: "integer", nullable: false),
                    rules = table.Column<string>(type: "text", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_datasets", x => new { x.project, x.name });
                });

            migrationBuilder.CreateTable(
                name: "data_versions",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    dataset = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(71)", maxLength: 71, nullable: false),
                    format = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    size_bytes = table.Column<long>(type: "bigint", nullable: false),
                    rows = table.Column<long>(type: "bigint", nullable: false),
                    columns = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    synthetic = table.Column<bool>(type: "boolean", nullable: false),
                    checks_passed = table.Column<int>(type: "integer", nullable: false),
                    checks_failed = table.Column<int>(type: "integer", nullable: false),
                    profile = table.Column<string>(type: "text", nullable: false),
                    checks = table.Column<string>(type: "text", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_versions", x => new { x.project, x.dataset, x.version });
                });

            migrationBuilder.CreateTable(
                name: "governance_bindings",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    principal_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    role = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    effect = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: true),
                    resource_kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    resource_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    expires_at = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_bindings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_encryption_keys",
                columns: table => new
                {
                    version = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: true),
                    rewrapped_at = table.Column<long>(type: "bigint", nullable: true),
                    retired_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_encryption_keys", x => x.version);
                });

            migrationBuilder.CreateTable(
                name: "governance_external_logins",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    issuer = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    principal_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_external_logins", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_failed_sign_ins",
                columns: table => new
                {
                    name_hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    last_at = table.Column<long>(type: "bigint", nullable: false),
                    locked_until = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_failed_sign_ins", x => x.name_hash);
                });

            migrationBuilder.CreateTable(
                name: "governance_group_members",
                columns: table => new
                {
                    group_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    principal_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_group_members", x => new { x.group_id, x.principal_id });
                });

            migrationBuilder.CreateTable(
                name: "governance_groups",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    external_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_groups", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_ledger_events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    subject = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    actor = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: true),
                    outcome = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    body = table.Column<string>(type: "text", nullable: false),
                    place = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_ledger_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "governance_ledger_heads",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false),
                    size = table.Column<long>(type: "bigint", nullable: false),
                    checkpoint = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_ledger_heads", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "governance_ledger_tiles",
                columns: table => new
                {
                    level = table.Column<int>(type: "integer", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    hashes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_ledger_tiles", x => new { x.level, x.number });
                });

            migrationBuilder.CreateTable(
                name: "governance_password_links",
                columns: table => new
                {
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    person_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_password_links", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "governance_passwords",
                columns: table => new
                {
                    person_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    hash = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    changed_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_passwords", x => x.person_id);
                });

            migrationBuilder.CreateTable(
                name: "governance_people",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    user_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    display_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    email = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: true),
                    external_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    active = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_people", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_projects",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_projects", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "governance_roles",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    description = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    permissions = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_roles", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "governance_service_accounts",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    owner = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    description = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    active = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_service_accounts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_sessions",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(24)", maxLength: 24, nullable: false),
                    principal_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    token_id = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: true),
                    method = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    browser = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    seen_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_sessions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_sign_in_codes",
                columns: table => new
                {
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    token_id = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_sign_in_codes", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "governance_signing_keys",
                columns: table => new
                {
                    version = table.Column<int>(type: "integer", nullable: false),
                    provider = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    hint = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    retired_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_signing_keys", x => x.version);
                });

            migrationBuilder.CreateTable(
                name: "governance_tokens",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    principal_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    role = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: true),
                    bound_project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: true),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: true),
                    revoked_at = table.Column<long>(type: "bigint", nullable: true),
                    last_used_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_tokens", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_webhook_attempts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    webhook_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    place = table.Column<long>(type: "bigint", nullable: false),
                    type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    milliseconds = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    problem = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_webhook_attempts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_webhook_progress",
                columns: table => new
                {
                    webhook_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    next_place = table.Column<long>(type: "bigint", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    failing_since = table.Column<long>(type: "bigint", nullable: true),
                    next_attempt_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_webhook_progress", x => x.webhook_id);
                });

            migrationBuilder.CreateTable(
                name: "governance_webhooks",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    url = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    description = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    format = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    types = table.Column<string>(type: "character varying(5000)", maxLength: 5000, nullable: false),
                    everywhere = table.Column<bool>(type: "boolean", nullable: false),
                    secret = table.Column<byte[]>(type: "bytea", nullable: false),
                    secret_version = table.Column<int>(type: "integer", nullable: false),
                    active = table.Column<bool>(type: "boolean", nullable: false),
                    paused_because = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_webhooks", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "kernel_kept_answers",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    key = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    caller = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    operation = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    body = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_kernel_kept_answers", x => new { x.project, x.caller, x.operation, x.key });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_alerts",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    model = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    window = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    features_json = table.Column<string>(type: "text", nullable: false),
                    max_psi = table.Column<double>(type: "double precision", nullable: false),
                    raised_at = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    closed_at = table.Column<long>(type: "bigint", nullable: true),
                    closed_because = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true),
                    retrain_dataset = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    training = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    retraining_state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    candidate = table.Column<int>(type: "integer", nullable: true),
                    promoted = table.Column<bool>(type: "boolean", nullable: true),
                    reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_alerts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_open_windows",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    rows = table.Column<long>(type: "bigint", nullable: false),
                    counts_json = table.Column<string>(type: "text", nullable: false),
                    from = table.Column<long>(type: "bigint", nullable: false),
                    to = table.Column<long>(type: "bigint", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_open_windows", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_settings",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    minimum_rows = table.Column<int>(type: "integer", nullable: false),
                    psi_threshold = table.Column<double>(type: "double precision", nullable: false),
                    retrain_dataset = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_settings", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_windows",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    from = table.Column<long>(type: "bigint", nullable: false),
                    to = table.Column<long>(type: "bigint", nullable: false),
                    rows = table.Column<long>(type: "bigint", nullable: false),
                    drifted = table.Column<bool>(type: "boolean", nullable: false),
                    max_psi = table.Column<double>(type: "double precision", nullable: false),
                    results_json = table.Column<string>(type: "text", nullable: false),
                    counts_json = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_windows", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "pipelines_training_attempts",
                columns: table => new
                {
                    training_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    handed_back = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pipelines_training_attempts", x => new { x.training_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "pipelines_trainings",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    label = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    task = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    seed = table.Column<int>(type: "integer", nullable: true),
                    promote = table.Column<bool>(type: "boolean", nullable: false),
                    only_if_better = table.Column<bool>(type: "boolean", nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    requested_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    datasets_json = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    candidates_json = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: true),
                    promoted = table.Column<bool>(type: "boolean", nullable: true),
                    gate_json = table.Column<string>(type: "text", nullable: true),
                    problem = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pipelines_trainings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_aliases",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    alias = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_aliases", x => new { x.project, x.model, x.alias });
                });

            migrationBuilder.CreateTable(
                name: "registry_approval_requests",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    stage = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    requested_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    mentions = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    closed_at = table.Column<long>(type: "bigint", nullable: true),
                    reminded_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_approval_requests", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_attestations",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    subject = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    predicate_type = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    size_bytes = table.Column<long>(type: "bigint", nullable: false),
                    bundle_digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    bundle_size_bytes = table.Column<long>(type: "bigint", nullable: false),
                    key_hint = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_attestations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_broken_glass",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    stage = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    person = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    until = table.Column<long>(type: "bigint", nullable: false),
                    attestation = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    former = table.Column<int>(type: "integer", nullable: true),
                    reviewed_by = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    justified = table.Column<bool>(type: "boolean", nullable: true),
                    review_comment = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: true),
                    reviewed_at = table.Column<long>(type: "bigint", nullable: true),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_broken_glass", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_cards",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    words_json = table.Column<string>(type: "text", nullable: false),
                    written_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    written_at = table.Column<long>(type: "bigint", nullable: false),
                    attestation = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_cards", x => new { x.project, x.model, x.version, x.number });
                });

            migrationBuilder.CreateTable(
                name: "registry_delegations",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    from_person = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    to_person = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    starts_at = table.Column<long>(type: "bigint", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_delegations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_deleted_versions",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    registered_at = table.Column<long>(type: "bigint", nullable: false),
                    reached = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    kept_until = table.Column<long>(type: "bigint", nullable: false),
                    deleted_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_deleted_versions", x => new { x.project, x.model, x.version });
                });

            migrationBuilder.CreateTable(
                name: "registry_holds",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: true),
                    reason = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    reference = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    placed_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    placed_by_human = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    placed_at = table.Column<long>(type: "bigint", nullable: false),
                    released_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    released_at = table.Column<long>(type: "bigint", nullable: true),
                    release_reason = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_holds", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_model_tags",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_model_tags", x => new { x.project, x.model, x.key });
                });

            migrationBuilder.CreateTable(
                name: "registry_models",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    latest_version = table.Column<int>(type: "integer", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    withdrawn_at = table.Column<long>(type: "bigint", nullable: true),
                    changes = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_models", x => new { x.project, x.name });
                });

            migrationBuilder.CreateTable(
                name: "registry_oci_blobs",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    size_bytes = table.Column<long>(type: "bigint", nullable: false),
                    named = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_oci_blobs", x => new { x.project, x.model, x.digest });
                });

            migrationBuilder.CreateTable(
                name: "registry_oci_manifests",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    media_type = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    artifact_type = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    role = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: true),
                    subject = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    size_bytes = table.Column<long>(type: "bigint", nullable: false),
                    annotations_json = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_oci_manifests", x => new { x.project, x.model, x.digest });
                });

            migrationBuilder.CreateTable(
                name: "registry_policies",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    stage = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    yaml = table.Column<string>(type: "text", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_policies", x => new { x.project, x.stage });
                });

            migrationBuilder.CreateTable(
                name: "registry_policy_versions",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    stage = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    yaml = table.Column<string>(type: "text", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    published_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    published_at = table.Column<long>(type: "bigint", nullable: false),
                    envelope = table.Column<string>(type: "text", nullable: false),
                    key_hint = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_policy_versions", x => new { x.project, x.stage, x.number });
                });

            migrationBuilder.CreateTable(
                name: "registry_request_comments",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    request_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    author = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    text = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    mentions = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_request_comments", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_retention_rules",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    production_days = table.Column<int>(type: "integer", nullable: false),
                    staging_days = table.Column<int>(type: "integer", nullable: false),
                    other_days = table.Column<int>(type: "integer", nullable: false),
                    changed_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    changed_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_retention_rules", x => new { x.project, x.number });
                });

            migrationBuilder.CreateTable(
                name: "registry_retentions",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    reached = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    days = table.Column<int>(type: "integer", nullable: false),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    keep_until = table.Column<long>(type: "bigint", nullable: false),
                    rule = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_retentions", x => new { x.project, x.model, x.version });
                });

            migrationBuilder.CreateTable(
                name: "registry_scans",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    passed = table.Column<bool>(type: "boolean", nullable: false),
                    rules_digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    report_json = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_scans", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_verdicts",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    stage = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    passed = table.Column<bool>(type: "boolean", nullable: false),
                    rules_json = table.Column<string>(type: "text", nullable: false),
                    policy_digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    policy_number = table.Column<int>(type: "integer", nullable: true),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_verdicts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_version_tags",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_version_tags", x => new { x.project, x.model, x.version, x.key });
                });

            migrationBuilder.CreateTable(
                name: "registry_versions",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    format = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    stage = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    source = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    run_link = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    description = table.Column<string>(type: "text", nullable: true),
                    withdrawn_at = table.Column<long>(type: "bigint", nullable: true),
                    run_id = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    dataset = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    dataset_digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    files_json = table.Column<string>(type: "text", nullable: false),
                    metrics_json = table.Column<string>(type: "text", nullable: false),
                    schema_json = table.Column<string>(type: "text", nullable: false),
                    evaluation_json = table.Column<string>(type: "text", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_versions", x => new { x.project, x.model, x.version });
                });

            migrationBuilder.CreateTable(
                name: "registry_waivers",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    scan = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    findings = table.Column<string>(type: "character varying(1700)", maxLength: 1700, nullable: false),
                    reason = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    requested_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    decided_by = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    comment = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: true),
                    decided_at = table.Column<long>(type: "bigint", nullable: true),
                    attestation = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_waivers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "serving_endpoint_limits",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    limits = table.Column<string>(type: "text", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_endpoint_limits", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "serving_endpoints",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    target = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    rollout_json = table.Column<string>(type: "text", nullable: true),
                    held_back = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_endpoints", x => new { x.project, x.name });
                });

            migrationBuilder.CreateTable(
                name: "serving_event_sinks",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    url = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    mode = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    batch_size = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_event_sinks", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "serving_prediction_files",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    hour = table.Column<long>(type: "bigint", nullable: false),
                    from = table.Column<long>(type: "bigint", nullable: false),
                    to = table.Column<long>(type: "bigint", nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    version = table.Column<int>(type: "integer", nullable: true),
                    model_digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    size_bytes = table.Column<long>(type: "bigint", nullable: false),
                    calls = table.Column<long>(type: "bigint", nullable: false),
                    failures = table.Column<long>(type: "bigint", nullable: false),
                    rows = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_prediction_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "serving_prediction_logs",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    keep_days = table.Column<int>(type: "integer", nullable: false),
                    left_out = table.Column<string>(type: "text", nullable: false),
                    hashed = table.Column<string>(type: "text", nullable: false),
                    hash_key = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_prediction_logs", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "serving_rollout_tallies",
                columns: table => new
                {
                    rollout = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    arm = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    step = table.Column<int>(type: "integer", nullable: false),
                    evidence_json = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_rollout_tallies", x => new { x.rollout, x.arm });
                });

            migrationBuilder.CreateTable(
                name: "serving_rollouts",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    strategy = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    stable_version = table.Column<int>(type: "integer", nullable: false),
                    plan_json = table.Column<string>(type: "text", nullable: false),
                    arms_json = table.Column<string>(type: "text", nullable: false),
                    salt = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    step = table.Column<int>(type: "integer", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    step_started_at = table.Column<long>(type: "bigint", nullable: false),
                    paused_at = table.Column<long>(type: "bigint", nullable: true),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    timeline_json = table.Column<string>(type: "text", nullable: false),
                    active = table.Column<bool>(type: "boolean", nullable: true),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_rollouts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tracking_assessments",
                columns: table => new
                {
                    trace_key = table.Column<long>(type: "bigint", nullable: false),
                    id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true),
                    source_type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    source_id = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    span_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    rationale = table.Column<string>(type: "text", nullable: true),
                    overrides = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    is_valid = table.Column<bool>(type: "boolean", nullable: false),
                    metadata = table.Column<string>(type: "text", nullable: true),
                    is_of_session = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_assessments", x => new { x.trace_key, x.id });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_datasets",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    experiment_key = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    digest = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false),
                    source_type = table.Column<string>(type: "text", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    schema = table.Column<string>(type: "text", nullable: true),
                    profile = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_datasets", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "tracking_evaluation_experiments",
                columns: table => new
                {
                    set_key = table.Column<long>(type: "bigint", nullable: false),
                    experiment_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_evaluation_experiments", x => new { x.set_key, x.experiment_id });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_evaluation_records",
                columns: table => new
                {
                    set_key = table.Column<long>(type: "bigint", nullable: false),
                    id = table.Column<string>(type: "character varying(35)", maxLength: 35, nullable: false),
                    inputs_digest = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    created_by = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: true),
                    updated_by = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: true),
                    inputs = table.Column<string>(type: "text", nullable: false),
                    outputs = table.Column<string>(type: "text", nullable: true),
                    expectations = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string>(type: "text", nullable: true),
                    source = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_evaluation_records", x => new { x.set_key, x.id });
                });

            migrationBuilder.CreateTable(
                name: "tracking_evaluation_sets",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "character varying(34)", maxLength: 34, nullable: true),
                    name = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    digest = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    schema = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    created_by = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: true),
                    updated_by = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_evaluation_sets", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "tracking_evaluation_tags",
                columns: table => new
                {
                    set_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_evaluation_tags", x => new { x.set_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_experiment_tags",
                columns: table => new
                {
                    experiment_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "character varying(5000)", maxLength: 5000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_experiment_tags", x => new { x.experiment_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_experiments",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    key = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    lifecycle = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    artifact_location = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_experiments", x => new { x.project, x.id });
                });

            migrationBuilder.CreateTable(
                name: "tracking_files",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    folder = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    name = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    digest = table.Column<string>(type: "character varying(71)", maxLength: 71, nullable: true),
                    size_bytes = table.Column<long>(type: "bigint", nullable: false),
                    stored_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_files", x => new { x.project, x.folder, x.name });
                });

            migrationBuilder.CreateTable(
                name: "tracking_input_tags",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    dataset_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    value = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_input_tags", x => new { x.run_key, x.dataset_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_inputs",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    dataset_key = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_inputs", x => new { x.run_key, x.dataset_key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_latest_metrics",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    experiment_key = table.Column<long>(type: "bigint", nullable: false),
                    value = table.Column<double>(type: "double precision", nullable: true),
                    step = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_latest_metrics", x => new { x.run_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_metrics",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    step = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    value = table.Column<double>(type: "double precision", nullable: false),
                    is_nan = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_metrics", x => new { x.run_key, x.key, x.step, x.at, x.value, x.is_nan });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_model_metrics",
                columns: table => new
                {
                    model_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    dataset_name = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    dataset_digest = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false),
                    step = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    run_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    value = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_model_metrics", x => new { x.model_key, x.key, x.dataset_name, x.dataset_digest, x.step, x.at, x.run_id });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_model_params",
                columns: table => new
                {
                    model_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_model_params", x => new { x.model_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_model_tags",
                columns: table => new
                {
                    model_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_model_tags", x => new { x.model_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_models",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "character varying(34)", maxLength: 34, nullable: true),
                    experiment_key = table.Column<long>(type: "bigint", nullable: false),
                    experiment_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    model_type = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    source_run_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    status = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    artifact_uri = table.Column<string>(type: "character varying(1100)", maxLength: 1100, nullable: false),
                    lifecycle = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_models", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "tracking_params",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "character varying(6000)", maxLength: 6000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_params", x => new { x.run_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_run_models",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    is_output = table.Column<bool>(type: "boolean", nullable: false),
                    model_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    step = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_run_models", x => new { x.run_key, x.is_output, x.model_id });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_runs",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    experiment_key = table.Column<long>(type: "bigint", nullable: false),
                    experiment_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    user_id = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    status = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    lifecycle = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true),
                    artifact_uri = table.Column<string>(type: "character varying(1100)", maxLength: 1100, nullable: false),
                    has_inputs = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_runs", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "tracking_scorers",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    experiment_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    scorer_id = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    content = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_scorers", x => new { x.project, x.experiment_id, x.name, x.version });
                });

            migrationBuilder.CreateTable(
                name: "tracking_seals",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    digest = table.Column<string>(type: "character varying(71)", maxLength: 71, nullable: false),
                    sealed_at = table.Column<long>(type: "bigint", nullable: false),
                    times = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_seals", x => x.run_id);
                });

            migrationBuilder.CreateTable(
                name: "tracking_spans",
                columns: table => new
                {
                    trace_key = table.Column<long>(type: "bigint", nullable: false),
                    span_id = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    parent_id = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    otel_trace_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    name = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    started_ns = table.Column<long>(type: "bigint", nullable: false),
                    ended_ns = table.Column<long>(type: "bigint", nullable: true),
                    model = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: true),
                    model_provider = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: true),
                    usage = table.Column<string>(type: "text", nullable: true),
                    cost = table.Column<string>(type: "text", nullable: true),
                    content = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_spans", x => new { x.trace_key, x.span_id });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_tags",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_tags", x => new { x.run_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_trace_links",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    trace_id = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    target = table.Column<string>(type: "character varying(600)", maxLength: 600, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_trace_links", x => new { x.project, x.trace_id, x.kind, x.target });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_trace_metadata",
                columns: table => new
                {
                    trace_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_trace_metadata", x => new { x.trace_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_trace_tags",
                columns: table => new
                {
                    trace_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_trace_tags", x => new { x.trace_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_traces",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    experiment_key = table.Column<long>(type: "bigint", nullable: false),
                    experiment_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    duration_ms = table.Column<long>(type: "bigint", nullable: true),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    client_request_id = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: true),
                    request_preview = table.Column<string>(type: "text", nullable: true),
                    response_preview = table.Column<string>(type: "text", nullable: true),
                    session_id = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: true),
                    is_final = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_traces", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "tracking_unsealed",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    changes = table.Column<long>(type: "bigint", nullable: false),
                    changed_by = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_unsealed", x => x.run_key);
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_upload_parts",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    upload_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(71)", maxLength: 71, nullable: false),
                    size_bytes = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_upload_parts", x => new { x.project, x.upload_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "tracking_uploads",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    path = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    parts = table.Column<int>(type: "integer", nullable: false),
                    begun_at = table.Column<long>(type: "bigint", nullable: false),
                    is_complete = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_uploads", x => new { x.project, x.id });
                });

            migrationBuilder.CreateTable(
                name: "tracking_views",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    owner = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    experiment_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    query = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_views", x => new { x.project, x.owner, x.experiment_id, x.name });
                });

            migrationBuilder.CreateIndex(
                name: "ix_governance_bindings_principal_id",
                table: "governance_bindings",
                column: "principal_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_external_logins_issuer_subject",
                table: "governance_external_logins",
                columns: new[] { "issuer", "subject" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_external_logins_principal_id",
                table: "governance_external_logins",
                column: "principal_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_failed_sign_ins_last_at",
                table: "governance_failed_sign_ins",
                column: "last_at");

            migrationBuilder.CreateIndex(
                name: "ix_governance_group_members_principal_id",
                table: "governance_group_members",
                column: "principal_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_groups_external_id",
                table: "governance_groups",
                column: "external_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_groups_name",
                table: "governance_groups",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_actor_place",
                table: "governance_ledger_events",
                columns: new[] { "actor", "place" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_at_place",
                table: "governance_ledger_events",
                columns: new[] { "at", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_id",
                table: "governance_ledger_events",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_outcome_place",
                table: "governance_ledger_events",
                columns: new[] { "outcome", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_place",
                table: "governance_ledger_events",
                column: "place",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_project_place",
                table: "governance_ledger_events",
                columns: new[] { "project", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_subject_place",
                table: "governance_ledger_events",
                columns: new[] { "subject", "place" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_type_place",
                table: "governance_ledger_events",
                columns: new[] { "type", "place" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_password_links_person_id",
                table: "governance_password_links",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_people_external_id",
                table: "governance_people",
                column: "external_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_people_user_name",
                table: "governance_people",
                column: "user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_service_accounts_name",
                table: "governance_service_accounts",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_service_accounts_owner",
                table: "governance_service_accounts",
                column: "owner");

            migrationBuilder.CreateIndex(
                name: "ix_governance_sessions_principal_id",
                table: "governance_sessions",
                column: "principal_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_sessions_seen_at",
                table: "governance_sessions",
                column: "seen_at");

            migrationBuilder.CreateIndex(
                name: "ix_governance_tokens_hash",
                table: "governance_tokens",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_tokens_principal_id",
                table: "governance_tokens",
                column: "principal_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_webhook_attempts_webhook_id_id",
                table: "governance_webhook_attempts",
                columns: new[] { "webhook_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_webhooks_project_name",
                table: "governance_webhooks",
                columns: new[] { "project", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_kernel_kept_answers_at",
                table: "kernel_kept_answers",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alerts_project_endpoint",
                table: "monitoring_alerts",
                columns: new[] { "project", "endpoint" },
                unique: true,
                filter: "state = 'Open'");

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alerts_project_id",
                table: "monitoring_alerts",
                columns: new[] { "project", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alerts_retraining_state",
                table: "monitoring_alerts",
                column: "retraining_state");

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_windows_project_endpoint_id",
                table: "monitoring_windows",
                columns: new[] { "project", "endpoint", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_pipelines_trainings_project_id",
                table: "pipelines_trainings",
                columns: new[] { "project", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_pipelines_trainings_project_model_version",
                table: "pipelines_trainings",
                columns: new[] { "project", "model", "version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_pipelines_trainings_status",
                table: "pipelines_trainings",
                column: "status");

            migrationBuilder.CreateIndex(
                name: "ix_registry_approval_requests_project_model_version",
                table: "registry_approval_requests",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_approval_requests_project_state_id",
                table: "registry_approval_requests",
                columns: new[] { "project", "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_attestations_project_digest",
                table: "registry_attestations",
                columns: new[] { "project", "digest" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_attestations_project_model_version",
                table: "registry_attestations",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_broken_glass_project_model_version",
                table: "registry_broken_glass",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_delegations_project_to_person",
                table: "registry_delegations",
                columns: new[] { "project", "to_person" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_deleted_versions_deleted_at",
                table: "registry_deleted_versions",
                column: "deleted_at");

            migrationBuilder.CreateIndex(
                name: "ix_registry_holds_project_model_version",
                table: "registry_holds",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_oci_blobs_named_created_at",
                table: "registry_oci_blobs",
                columns: new[] { "named", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_oci_manifests_project_model_subject",
                table: "registry_oci_manifests",
                columns: new[] { "project", "model", "subject" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_oci_manifests_project_model_version_role",
                table: "registry_oci_manifests",
                columns: new[] { "project", "model", "version", "role" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_registry_policy_versions_project_stage_digest",
                table: "registry_policy_versions",
                columns: new[] { "project", "stage", "digest" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_request_comments_project_request_id",
                table: "registry_request_comments",
                columns: new[] { "project", "request_id" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_retentions_project_rule",
                table: "registry_retentions",
                columns: new[] { "project", "rule" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_scans_project_model_version",
                table: "registry_scans",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_verdicts_project_model_version",
                table: "registry_verdicts",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_versions_project_digest",
                table: "registry_versions",
                columns: new[] { "project", "digest" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_versions_project_run_id",
                table: "registry_versions",
                columns: new[] { "project", "run_id" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_waivers_project_model_version",
                table: "registry_waivers",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_waivers_state_expires_at",
                table: "registry_waivers",
                columns: new[] { "state", "expires_at" });

            migrationBuilder.CreateIndex(
                name: "ix_serving_prediction_files_project_endpoint_to",
                table: "serving_prediction_files",
                columns: new[] { "project", "endpoint", "to" });

            migrationBuilder.CreateIndex(
                name: "ix_serving_rollouts_project_endpoint_active",
                table: "serving_rollouts",
                columns: new[] { "project", "endpoint", "active" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_datasets_experiment_key_name_digest",
                table: "tracking_datasets",
                columns: new[] { "experiment_key", "name", "digest" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_evaluation_records_set_key_created_at_id",
                table: "tracking_evaluation_records",
                columns: new[] { "set_key", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_evaluation_records_set_key_inputs_digest",
                table: "tracking_evaluation_records",
                columns: new[] { "set_key", "inputs_digest" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_evaluation_sets_id",
                table: "tracking_evaluation_sets",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_evaluation_sets_project_created_at",
                table: "tracking_evaluation_sets",
                columns: new[] { "project", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_experiments_key",
                table: "tracking_experiments",
                column: "key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_experiments_project_name",
                table: "tracking_experiments",
                columns: new[] { "project", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_inputs_dataset_key",
                table: "tracking_inputs",
                column: "dataset_key");

            migrationBuilder.CreateIndex(
                name: "ix_tracking_latest_metrics_experiment_key_key_value",
                table: "tracking_latest_metrics",
                columns: new[] { "experiment_key", "key", "value" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_models_experiment_key_created_at",
                table: "tracking_models",
                columns: new[] { "experiment_key", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_models_id",
                table: "tracking_models",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_runs_experiment_key_lifecycle_started_at_id",
                table: "tracking_runs",
                columns: new[] { "experiment_key", "lifecycle", "started_at", "id" },
                descending: new[] { false, false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_runs_id",
                table: "tracking_runs",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_traces_experiment_key_session_id",
                table: "tracking_traces",
                columns: new[] { "experiment_key", "session_id" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_traces_experiment_key_started_at_id",
                table: "tracking_traces",
                columns: new[] { "experiment_key", "started_at", "id" },
                descending: new[] { false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_traces_project_id",
                table: "tracking_traces",
                columns: new[] { "project", "id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_unsealed_since",
                table: "tracking_unsealed",
                column: "since");

            migrationBuilder.CreateIndex(
                name: "ix_tracking_uploads_begun_at",
                table: "tracking_uploads",
                column: "begun_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "data_datasets");

            migrationBuilder.DropTable(
                name: "data_versions");

            migrationBuilder.DropTable(
                name: "governance_bindings");

            migrationBuilder.DropTable(
                name: "governance_encryption_keys");

            migrationBuilder.DropTable(
                name: "governance_external_logins");

            migrationBuilder.DropTable(
                name: "governance_failed_sign_ins");

            migrationBuilder.DropTable(
                name: "governance_group_members");

            migrationBuilder.DropTable(
                name: "governance_groups");

            migrationBuilder.DropTable(
                name: "governance_ledger_events");

            migrationBuilder.DropTable(
                name: "governance_ledger_heads");

            migrationBuilder.DropTable(
                name: "governance_ledger_tiles");

            migrationBuilder.DropTable(
                name: "governance_password_links");

            migrationBuilder.DropTable(
                name: "governance_passwords");

            migrationBuilder.DropTable(
                name: "governance_people");

            migrationBuilder.DropTable(
                name: "governance_projects");

            migrationBuilder.DropTable(
                name: "governance_roles");

            migrationBuilder.DropTable(
                name: "governance_service_accounts");

            migrationBuilder.DropTable(
                name: "governance_sessions");

            migrationBuilder.DropTable(
                name: "governance_sign_in_codes");

            migrationBuilder.DropTable(
                name: "governance_signing_keys");

            migrationBuilder.DropTable(
                name: "governance_tokens");

            migrationBuilder.DropTable(
                name: "governance_webhook_attempts");

            migrationBuilder.DropTable(
                name: "governance_webhook_progress");

            migrationBuilder.DropTable(
                name: "governance_webhooks");

            migrationBuilder.DropTable(
                name: "kernel_kept_answers");

            migrationBuilder.DropTable(
                name: "monitoring_alerts");

            migrationBuilder.DropTable(
                name: "monitoring_open_windows");

            migrationBuilder.DropTable(
                name: "monitoring_settings");

            migrationBuilder.DropTable(
                name: "monitoring_windows");

            migrationBuilder.DropTable(
                name: "pipelines_training_attempts");

            migrationBuilder.DropTable(
                name: "pipelines_trainings");

            migrationBuilder.DropTable(
                name: "registry_aliases");

            migrationBuilder.DropTable(
                name: "registry_approval_requests");

            migrationBuilder.DropTable(
                name: "registry_attestations");

            migrationBuilder.DropTable(
                name: "registry_broken_glass");

            migrationBuilder.DropTable(
                name: "registry_cards");

            migrationBuilder.DropTable(
                name: "registry_delegations");

            migrationBuilder.DropTable(
                name: "registry_deleted_versions");

            migrationBuilder.DropTable(
                name: "registry_holds");

            migrationBuilder.DropTable(
                name: "registry_model_tags");

            migrationBuilder.DropTable(
                name: "registry_models");

            migrationBuilder.DropTable(
                name: "registry_oci_blobs");

            migrationBuilder.DropTable(
                name: "registry_oci_manifests");

            migrationBuilder.DropTable(
                name: "registry_policies");

            migrationBuilder.DropTable(
                name: "registry_policy_versions");

            migrationBuilder.DropTable(
                name: "registry_request_comments");

            migrationBuilder.DropTable(
                name: "registry_retention_rules");

            migrationBuilder.DropTable(
                name: "registry_retentions");

            migrationBuilder.DropTable(
                name: "registry_scans");

            migrationBuilder.DropTable(
                name: "registry_verdicts");

            migrationBuilder.DropTable(
                name: "registry_version_tags");

            migrationBuilder.DropTable(
                name: "registry_versions");

            migrationBuilder.DropTable(
                name: "registry_waivers");

            migrationBuilder.DropTable(
                name: "serving_endpoint_limits");

            migrationBuilder.DropTable(
                name: "serving_endpoints");

            migrationBuilder.DropTable(
                name: "serving_event_sinks");

            migrationBuilder.DropTable(
                name: "serving_prediction_files");

            migrationBuilder.DropTable(
                name: "serving_prediction_logs");

            migrationBuilder.DropTable(
                name: "serving_rollout_tallies");

            migrationBuilder.DropTable(
                name: "serving_rollouts");

            migrationBuilder.DropTable(
                name: "tracking_assessments");

            migrationBuilder.DropTable(
                name: "tracking_datasets");

            migrationBuilder.DropTable(
                name: "tracking_evaluation_experiments");

            migrationBuilder.DropTable(
                name: "tracking_evaluation_records");

            migrationBuilder.DropTable(
                name: "tracking_evaluation_sets");

            migrationBuilder.DropTable(
                name: "tracking_evaluation_tags");

            migrationBuilder.DropTable(
                name: "tracking_experiment_tags");

            migrationBuilder.DropTable(
                name: "tracking_experiments");

            migrationBuilder.DropTable(
                name: "tracking_files");

            migrationBuilder.DropTable(
                name: "tracking_input_tags");

            migrationBuilder.DropTable(
                name: "tracking_inputs");

            migrationBuilder.DropTable(
                name: "tracking_latest_metrics");

            migrationBuilder.DropTable(
                name: "tracking_metrics");

            migrationBuilder.DropTable(
                name: "tracking_model_metrics");

            migrationBuilder.DropTable(
                name: "tracking_model_params");

            migrationBuilder.DropTable(
                name: "tracking_model_tags");

            migrationBuilder.DropTable(
                name: "tracking_models");

            migrationBuilder.DropTable(
                name: "tracking_params");

            migrationBuilder.DropTable(
                name: "tracking_run_models");

            migrationBuilder.DropTable(
                name: "tracking_runs");

            migrationBuilder.DropTable(
                name: "tracking_scorers");

            migrationBuilder.DropTable(
                name: "tracking_seals");

            migrationBuilder.DropTable(
                name: "tracking_spans");

            migrationBuilder.DropTable(
                name: "tracking_tags");

            migrationBuilder.DropTable(
                name: "tracking_trace_links");

            migrationBuilder.DropTable(
                name: "tracking_trace_metadata");

            migrationBuilder.DropTable(
                name: "tracking_trace_tags");

            migrationBuilder.DropTable(
                name: "tracking_traces");

            migrationBuilder.DropTable(
                name: "tracking_unsealed");

            migrationBuilder.DropTable(
                name: "tracking_upload_parts");

            migrationBuilder.DropTable(
                name: "tracking_uploads");

            migrationBuilder.DropTable(
                name: "tracking_views");
        }
    }
}
