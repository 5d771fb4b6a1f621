using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class PredictionLog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "serving_endpoint_limits",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    limits = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_endpoint_limits", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "serving_event_sinks",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    url = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    mode = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    batch_size = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_event_sinks", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateTable(
                name: "serving_prediction_files",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    hour = table.Column<long>(type: "INTEGER", nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    to = table.Column<long>(type: "INTEGER", nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: true),
                    model_digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    calls = table.Column<long>(type: "INTEGER", nullable: false),
                    failures = table.Column<long>(type: "INTEGER", nullable: false),
                    rows = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_prediction_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "serving_prediction_logs",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    keep_days = table.Column<int>(type: "INTEGER", nullable: false),
                    left_out = table.Column<string>(type: "TEXT", nullable: false),
                    hashed = table.Column<string>(type: "TEXT", nullable: false),
                    hash_key = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_prediction_logs", x => new { x.project, x.endpoint });
                });

            migrationBuilder.CreateIndex(
                name: "ix_serving_prediction_files_project_endpoint_to",
                table: "serving_prediction_files",
                columns: new[] { "project", "endpoint", "to" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "serving_endpoint_limits");

            migrationBuilder.DropTable(
                name: "serving_event_sinks");

            migrationBuilder.DropTable(
                name: "serving_prediction_files");

            migrationBuilder.DropTable(
                name: "serving_prediction_logs");
        }
    }
}
