using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
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
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    route_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    alert_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    due_at = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    done_at = table.Column<long>(type: "bigint", nullable: true),
                    problem = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    claimed_by = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    claimed_until = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_alert_deliveries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_alert_routes",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    target = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false),
                    mail_json = table.Column<string>(type: "text", nullable: true),
                    secrets = table.Column<byte[]>(type: "bytea", nullable: false),
                    secrets_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    secrets_key_version = table.Column<int>(type: "integer", nullable: false),
                    has_secret = table.Column<bool>(type: "boolean", nullable: false),
                    minimum_severity = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    sources = table.Column<string>(type: "text", nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    group_seconds = table.Column<int>(type: "integer", nullable: false),
                    repeat_minutes = table.Column<int>(type: "integer", nullable: false),
                    resolved = table.Column<bool>(type: "boolean", nullable: false),
                    on_call_json = table.Column<string>(type: "text", nullable: true),
                    active = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_alert_routes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "monitoring_rules",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    rules_json = table.Column<string>(type: "text", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_rules", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_silences",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    source = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    severity_max = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    from = table.Column<long>(type: "bigint", nullable: false),
                    to = table.Column<long>(type: "bigint", nullable: false),
                    by = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_by = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: true),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
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
