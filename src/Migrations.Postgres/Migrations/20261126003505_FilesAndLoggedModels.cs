using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
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
