using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
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
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    latest_version = table.Column<int>(type: "INTEGER", nullable: false),
                    rules = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_datasets", x => new { x.project, x.name });
                });

            migrationBuilder.CreateTable(
                name: "data_versions",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    dataset = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 71, nullable: false),
                    format = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    rows = table.Column<long>(type: "INTEGER", nullable: false),
                    columns = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    synthetic = table.Column<bool>(type: "INTEGER", nullable: false),
                    checks_passed = table.Column<int>(type: "INTEGER", nullable: false),
                    checks_failed = table.Column<int>(type: "INTEGER", nullable: false),
                    profile = table.Column<string>(type: "TEXT", nullable: false),
                    checks = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_versions", x => new { x.project, x.dataset, x.version });
                });

            migrationBuilder.CreateTable(
                name: "governance_ledger_events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    subject = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    actor = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: true),
                    body = table.Column<string>(type: "TEXT", nullable: false),
                    place = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_ledger_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "governance_ledger_heads",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    checkpoint = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_ledger_heads", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "governance_ledger_tiles",
                columns: table => new
                {
                    level = table.Column<int>(type: "INTEGER", nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    hashes = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_ledger_tiles", x => new { x.level, x.number });
                });

            migrationBuilder.CreateTable(
                name: "governance_projects",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_projects", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "governance_sign_in_codes",
                columns: table => new
                {
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    token_id = table.Column<string>(type: "TEXT", maxLength: 12, nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_sign_in_codes", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "governance_tokens",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 12, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    role = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    bound_project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: true),
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_tokens", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "kernel_kept_answers",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    caller = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    operation = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    body = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_kernel_kept_answers", x => new { x.project, x.caller, x.operation, x.key });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_alerts",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    window = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    features_json = table.Column<string>(type: "TEXT", nullable: false),
                    max_psi = table.Column<double>(type: "REAL", nullable: false),
                    raised_at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    closed_because = table.Column<string>(type: "TEXT", maxLength: 300, nullable: true),
                    retrain_dataset = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    training = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    retraining_state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    candidate = table.Column<int>(type: "INTEGER", nullable: true),
                    promoted = table.Column<bool>(type: "INTEGER", nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_alerts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_open_windows",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    rows = table.Column<long>(type: "INTEGER", nullable: false),
                    counts_json = table.Column<string>(type: "TEXT", nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    to = table.Column<long>(type: "INTEGER", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_open_windows", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_settings",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    minimum_rows = table.Column<int>(type: "INTEGER", nullable: false),
                    psi_threshold = table.Column<double>(type: "REAL", nullable: false),
                    retrain_dataset = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_settings", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_windows",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    to = table.Column<long>(type: "INTEGER", nullable: false),
                    rows = table.Column<long>(type: "INTEGER", nullable: false),
                    drifted = table.Column<bool>(type: "INTEGER", nullable: false),
                    max_psi = table.Column<double>(type: "REAL", nullable: false),
                    results_json = table.Column<string>(type: "TEXT", nullable: false),
                    counts_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_windows", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "pipelines_training_attempts",
                columns: table => new
                {
                    training_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    handed_back = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pipelines_training_attempts", x => new { x.training_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "pipelines_trainings",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    label = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    task = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    seed = table.Column<int>(type: "INTEGER", nullable: true),
                    promote = table.Column<bool>(type: "INTEGER", nullable: false),
                    only_if_better = table.Column<bool>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    datasets_json = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    candidates_json = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: true),
                    promoted = table.Column<bool>(type: "INTEGER", nullable: true),
                    gate_json = table.Column<string>(type: "TEXT", nullable: true),
                    problem = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pipelines_trainings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_aliases",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    alias = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_aliases", x => new { x.project, x.model, x.alias });
                });

            migrationBuilder.CreateTable(
                name: "registry_models",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    latest_version = table.Column<int>(type: "INTEGER", nullable: false),
                    changes = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_models", x => new { x.project, x.name });
                });

            migrationBuilder.CreateTable(
                name: "registry_policies",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    stage = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    yaml = table.Column<string>(type: "TEXT", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_policies", x => new { x.project, x.stage });
                });

            migrationBuilder.CreateTable(
                name: "registry_verdicts",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    stage = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    passed = table.Column<bool>(type: "INTEGER", nullable: false),
                    rules_json = table.Column<string>(type: "TEXT", nullable: false),
                    policy_digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_verdicts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_versions",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    format = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    stage = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    dataset = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    dataset_digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true),
                    files_json = table.Column<string>(type: "TEXT", nullable: false),
                    metrics_json = table.Column<string>(type: "TEXT", nullable: false),
                    schema_json = table.Column<string>(type: "TEXT", nullable: false),
                    evaluation_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_versions", x => new { x.project, x.model, x.version });
                });

            migrationBuilder.CreateTable(
                name: "serving_endpoints",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    target = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_endpoints", x => new { x.project, x.name });
                });

            migrationBuilder.CreateTable(
                name: "tracking_experiments",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    lifecycle = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    artifact_location = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_experiments", x => new { x.project, x.id });
                });

            migrationBuilder.CreateTable(
                name: "tracking_latest_metrics",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    step = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: false),
                    is_na_n = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_latest_metrics", x => new { x.run_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "tracking_metrics",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    step = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: false),
                    is_na_n = table.Column<bool>(type: "INTEGER", nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_metrics", x => new { x.run_id, x.key, x.step, x.at, x.value, x.is_na_n });
                });

            migrationBuilder.CreateTable(
                name: "tracking_params",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    value = table.Column<string>(type: "TEXT", maxLength: 6000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_params", x => new { x.run_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "tracking_runs",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    experiment_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    lifecycle = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_runs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tracking_tags",
                columns: table => new
                {
                    run_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    value = table.Column<string>(type: "TEXT", maxLength: 8000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_tags", x => new { x.run_id, x.key });
                });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_id",
                table: "governance_ledger_events",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_place",
                table: "governance_ledger_events",
                column: "place",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_subject_place",
                table: "governance_ledger_events",
                columns: new[] { "subject", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_type_place",
                table: "governance_ledger_events",
                columns: new[] { "type", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_tokens_hash",
                table: "governance_tokens",
                column: "hash",
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
                name: "ix_registry_verdicts_project_model_version",
                table: "registry_verdicts",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_versions_project_digest",
                table: "registry_versions",
                columns: new[] { "project", "digest" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_experiments_project_name",
                table: "tracking_experiments",
                columns: new[] { "project", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_latest_metrics_project_key_value",
                table: "tracking_latest_metrics",
                columns: new[] { "project", "key", "value" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_runs_project_experiment_id_started_at",
                table: "tracking_runs",
                columns: new[] { "project", "experiment_id", "started_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "data_datasets");

            migrationBuilder.DropTable(
                name: "data_versions");

            migrationBuilder.DropTable(
                name: "governance_ledger_events");

            migrationBuilder.DropTable(
                name: "governance_ledger_heads");

            migrationBuilder.DropTable(
                name: "governance_ledger_tiles");

            migrationBuilder.DropTable(
                name: "governance_projects");

            migrationBuilder.DropTable(
                name: "governance_sign_in_codes");

            migrationBuilder.DropTable(
                name: "governance_tokens");

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
                name: "registry_models");

            migrationBuilder.DropTable(
                name: "registry_policies");

            migrationBuilder.DropTable(
                name: "registry_verdicts");

            migrationBuilder.DropTable(
                name: "registry_versions");

            migrationBuilder.DropTable(
                name: "serving_endpoints");

            migrationBuilder.DropTable(
                name: "tracking_experiments");

            migrationBuilder.DropTable(
                name: "tracking_latest_metrics");

            migrationBuilder.DropTable(
                name: "tracking_metrics");

            migrationBuilder.DropTable(
                name: "tracking_params");

            migrationBuilder.DropTable(
                name: "tracking_runs");

            migrationBuilder.DropTable(
                name: "tracking_tags");
        }
    }
}
