using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Monitoring : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_monitoring_alerts_project_endpoint",
                table: "monitoring_alerts");

            migrationBuilder.AddColumn<long>(
                name: "changed_at",
                table: "monitoring_settings",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "retrain_json",
                table: "monitoring_settings",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AlterColumn<string>(
                name: "window",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 32,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "TEXT",
                oldMaxLength: 32);

            migrationBuilder.AlterColumn<double>(
                name: "max_psi",
                table: "monitoring_alerts",
                type: "REAL",
                nullable: true,
                oldClrType: typeof(double),
                oldType: "REAL");

            migrationBuilder.AddColumn<long>(
                name: "acknowledged_at",
                table: "monitoring_alerts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "acknowledged_by",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 80,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "details_json",
                table: "monitoring_alerts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "last_seen_at",
                table: "monitoring_alerts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "latest_summary",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "note",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "repeats",
                table: "monitoring_alerts",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "severity",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "Warning");

            migrationBuilder.AddColumn<string>(
                name: "source",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 100,
                nullable: false,
                defaultValue: "drift");

            migrationBuilder.AddColumn<string>(
                name: "summary",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 500,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "monitoring_alert_deliveries",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    route_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    alert_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    done_at = table.Column<long>(type: "INTEGER", nullable: true),
                    problem = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    claimed_by = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    claimed_until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_alert_deliveries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_alert_routes",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    target = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    mail_json = table.Column<string>(type: "TEXT", nullable: true),
                    secrets = table.Column<byte[]>(type: "BLOB", nullable: false),
                    secrets_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    secrets_key_version = table.Column<int>(type: "INTEGER", nullable: false),
                    has_secret = table.Column<bool>(type: "INTEGER", nullable: false),
                    minimum_severity = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    sources = table.Column<string>(type: "TEXT", nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    group_seconds = table.Column<int>(type: "INTEGER", nullable: false),
                    repeat_minutes = table.Column<int>(type: "INTEGER", nullable: false),
                    resolved = table.Column<bool>(type: "INTEGER", nullable: false),
                    on_call_json = table.Column<string>(type: "TEXT", nullable: true),
                    active = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_alert_routes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_count_states",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    days_until = table.Column<long>(type: "INTEGER", nullable: false),
                    segments_from = table.Column<long>(type: "INTEGER", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_count_states", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_counted_parts",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    part = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    places = table.Column<long>(type: "INTEGER", nullable: false),
                    calls = table.Column<long>(type: "INTEGER", nullable: false),
                    is_done = table.Column<bool>(type: "INTEGER", nullable: false),
                    to = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_counted_parts", x => new { x.project, x.part });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_incidents",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    title = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    severity = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    opened_at = table.Column<long>(type: "INTEGER", nullable: false),
                    opened_by = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    owner = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true),
                    corrective_action = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    alerts = table.Column<string>(type: "TEXT", nullable: false),
                    cause = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    closed_by = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_incidents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_outcomes",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    prediction = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    row = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: true),
                    posted_at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    corrections = table.Column<int>(type: "INTEGER", nullable: false),
                    predicted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: true),
                    score = table.Column<double>(type: "REAL", nullable: true),
                    counted = table.Column<double>(type: "REAL", nullable: true),
                    segments_json = table.Column<string>(type: "TEXT", nullable: true),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_outcomes", x => new { x.project, x.endpoint, x.prediction, x.row, x.name });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_performance",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    hours = table.Column<int>(type: "INTEGER", nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    slice = table.Column<string>(type: "TEXT", maxLength: 220, nullable: false),
                    value = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    counts_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_performance", x => new { x.project, x.endpoint, x.slice, x.from, x.hours, x.model, x.version, x.value });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_performance_settings",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    settings_json = table.Column<string>(type: "TEXT", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_performance_settings", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_retrainings",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    champion = table.Column<int>(type: "INTEGER", nullable: false),
                    trigger = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    because = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    alert = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    dataset = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    dataset_version = table.Column<int>(type: "INTEGER", nullable: false),
                    training = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    candidate = table.Column<int>(type: "INTEGER", nullable: true),
                    promoted = table.Column<bool>(type: "INTEGER", nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_retrainings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_reviews",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    prediction = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    row = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    predicted_at = table.Column<long>(type: "INTEGER", nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    score = table.Column<double>(type: "REAL", nullable: false),
                    queued_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_reviews", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_rules",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    rules_json = table.Column<string>(type: "TEXT", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_rules", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_silences",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    source = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    severity_max = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    to = table.Column<long>(type: "INTEGER", nullable: false),
                    by = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_by = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_silences", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_verdicts",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    prediction = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    row = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    score = table.Column<double>(type: "REAL", nullable: false),
                    verdict = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    decision = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    by = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_verdicts", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alerts_project_endpoint_source",
                table: "monitoring_alerts",
                columns: new[] { "project", "endpoint", "source" },
                unique: true,
                filter: "state <> 'Closed'");

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alert_deliveries_alert_id_route_id",
                table: "monitoring_alert_deliveries",
                columns: new[] { "alert_id", "route_id" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alert_deliveries_done_at_due_at",
                table: "monitoring_alert_deliveries",
                columns: new[] { "done_at", "due_at" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alert_deliveries_route_id_id",
                table: "monitoring_alert_deliveries",
                columns: new[] { "route_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alert_routes_project_name",
                table: "monitoring_alert_routes",
                columns: new[] { "project", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_counted_parts_project_endpoint_to",
                table: "monitoring_counted_parts",
                columns: new[] { "project", "endpoint", "to" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_incidents_closed_at_due_at",
                table: "monitoring_incidents",
                columns: new[] { "closed_at", "due_at" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_incidents_project_endpoint_closed_at",
                table: "monitoring_incidents",
                columns: new[] { "project", "endpoint", "closed_at" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_incidents_project_id",
                table: "monitoring_incidents",
                columns: new[] { "project", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_outcomes_project_endpoint_posted_at",
                table: "monitoring_outcomes",
                columns: new[] { "project", "endpoint", "posted_at" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_outcomes_project_endpoint_state",
                table: "monitoring_outcomes",
                columns: new[] { "project", "endpoint", "state" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_retrainings_project_endpoint",
                table: "monitoring_retrainings",
                columns: new[] { "project", "endpoint" },
                unique: true,
                filter: "state = 'Running'");

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_retrainings_project_endpoint_id",
                table: "monitoring_retrainings",
                columns: new[] { "project", "endpoint", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_reviews_project_endpoint_prediction_row",
                table: "monitoring_reviews",
                columns: new[] { "project", "endpoint", "prediction", "row" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_silences_project_to",
                table: "monitoring_silences",
                columns: new[] { "project", "to" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_verdicts_project_endpoint_id",
                table: "monitoring_verdicts",
                columns: new[] { "project", "endpoint", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_verdicts_project_endpoint_prediction",
                table: "monitoring_verdicts",
                columns: new[] { "project", "endpoint", "prediction" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "monitoring_alert_deliveries");

            migrationBuilder.DropTable(
                name: "monitoring_alert_routes");

            migrationBuilder.DropTable(
                name: "monitoring_count_states");

            migrationBuilder.DropTable(
                name: "monitoring_counted_parts");

            migrationBuilder.DropTable(
                name: "monitoring_incidents");

            migrationBuilder.DropTable(
                name: "monitoring_outcomes");

            migrationBuilder.DropTable(
                name: "monitoring_performance");

            migrationBuilder.DropTable(
                name: "monitoring_performance_settings");

            migrationBuilder.DropTable(
                name: "monitoring_retrainings");

            migrationBuilder.DropTable(
                name: "monitoring_reviews");

            migrationBuilder.DropTable(
                name: "monitoring_rules");

            migrationBuilder.DropTable(
                name: "monitoring_silences");

            migrationBuilder.DropTable(
                name: "monitoring_verdicts");

            migrationBuilder.DropIndex(
                name: "ix_monitoring_alerts_project_endpoint_source",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "changed_at",
                table: "monitoring_settings");

            migrationBuilder.DropColumn(
                name: "retrain_json",
                table: "monitoring_settings");

            migrationBuilder.DropColumn(
                name: "acknowledged_at",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "acknowledged_by",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "details_json",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "last_seen_at",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "latest_summary",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "note",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "repeats",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "severity",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "source",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "summary",
                table: "monitoring_alerts");

            migrationBuilder.AlterColumn<string>(
                name: "window",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 32,
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "TEXT",
                oldMaxLength: 32,
                oldNullable: true);

            migrationBuilder.AlterColumn<double>(
                name: "max_psi",
                table: "monitoring_alerts",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0,
                oldClrType: typeof(double),
                oldType: "REAL",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alerts_project_endpoint",
                table: "monitoring_alerts",
                columns: new[] { "project", "endpoint" },
                unique: true,
                filter: "state = 'Open'");
        }
    }
}
