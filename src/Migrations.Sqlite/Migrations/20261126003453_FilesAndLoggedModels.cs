using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class FilesAndLoggedModels : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "tracking_files",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    folder = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 71, nullable: true),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    stored_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_files", x => new { x.project, x.folder, x.name });
                });

            migrationBuilder.CreateTable(
                name: "tracking_model_metrics",
                columns: table => new
                {
                    model_key = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    dataset_name = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    dataset_digest = table.Column<string>(type: "TEXT", maxLength: 36, nullable: false),
                    step = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: true)
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
                    model_key = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
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
                    model_key = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
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
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 34, nullable: true),
                    experiment_key = table.Column<long>(type: "INTEGER", nullable: false),
                    experiment_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    model_type = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    source_run_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    artifact_uri = table.Column<string>(type: "TEXT", maxLength: 1100, nullable: false),
                    lifecycle = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_models", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_models_experiment_key_created_at",
                table: "tracking_models",
                columns: new[] { "experiment_key", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_models_id",
                table: "tracking_models",
                column: "id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "tracking_files");

            migrationBuilder.DropTable(
                name: "tracking_model_metrics");

            migrationBuilder.DropTable(
                name: "tracking_model_params");

            migrationBuilder.DropTable(
                name: "tracking_model_tags");

            migrationBuilder.DropTable(
                name: "tracking_models");
        }
    }
}
