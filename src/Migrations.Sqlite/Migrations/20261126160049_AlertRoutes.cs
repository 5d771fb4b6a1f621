using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AlertRoutes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "ix_monitoring_silences_project_to",
                table: "monitoring_silences",
                columns: new[] { "project", "to" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "monitoring_alert_deliveries");

            migrationBuilder.DropTable(
                name: "monitoring_alert_routes");

            migrationBuilder.DropTable(
                name: "monitoring_rules");

            migrationBuilder.DropTable(
                name: "monitoring_silences");
        }
    }
}
