using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class LabelsAndPerformance : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "monitoring_count_states",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    days_until = table.Column<long>(type: "bigint", nullable: false),
                    segments_from = table.Column<long>(type: "bigint", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_count_states", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_counted_parts",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    part = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    places = table.Column<long>(type: "bigint", nullable: false),
                    calls = table.Column<long>(type: "bigint", nullable: false),
                    is_done = table.Column<bool>(type: "boolean", nullable: false),
                    to = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_counted_parts", x => new { x.project, x.part });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_outcomes",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    prediction = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    row = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    text = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    value = table.Column<double>(type: "double precision", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: true),
                    posted_at = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    corrections = table.Column<int>(type: "integer", nullable: false),
                    predicted_at = table.Column<long>(type: "bigint", nullable: true),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    version = table.Column<int>(type: "integer", nullable: true),
                    score = table.Column<double>(type: "double precision", nullable: true),
                    counted = table.Column<double>(type: "double precision", nullable: true),
                    segments_json = table.Column<string>(type: "text", nullable: true),
                    revision = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_outcomes", x => new { x.project, x.endpoint, x.prediction, x.row, x.name });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_performance",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    from = table.Column<long>(type: "bigint", nullable: false),
                    hours = table.Column<int>(type: "integer", nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    slice = table.Column<string>(type: "character varying(220)", maxLength: 220, nullable: false),
                    value = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    counts_json = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_performance", x => new { x.project, x.endpoint, x.slice, x.from, x.hours, x.model, x.version, x.value });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_performance_settings",
                columns: table => new
                {
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    settings_json = table.Column<string>(type: "text", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_performance_settings", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_counted_parts_project_endpoint_to",
                table: "monitoring_counted_parts",
                columns: new[] { "project", "endpoint", "to" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_outcomes_project_endpoint_posted_at",
                table: "monitoring_outcomes",
                columns: new[] { "project", "endpoint", "posted_at" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_outcomes_project_endpoint_state",
                table: "monitoring_outcomes",
                columns: new[] { "project", "endpoint", "state" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "monitoring_count_states");

            migrationBuilder.DropTable(
                name: "monitoring_counted_parts");

            migrationBuilder.DropTable(
                name: "monitoring_outcomes");

            migrationBuilder.DropTable(
                name: "monitoring_performance");

            migrationBuilder.DropTable(
                name: "monitoring_performance_settings");
        }
    }
}
