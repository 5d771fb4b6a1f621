using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class MlflowRegistry : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "description",
                table: "registry_versions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "run_link",
                table: "registry_versions",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "source",
                table: "registry_versions",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "updated_at",
                table: "registry_versions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "withdrawn_at",
                table: "registry_versions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "description",
                table: "registry_models",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "updated_at",
                table: "registry_models",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "withdrawn_at",
                table: "registry_models",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "registry_model_tags",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_model_tags", x => new { x.project, x.model, x.key });
                });

            migrationBuilder.CreateTable(
                name: "registry_version_tags",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_version_tags", x => new { x.project, x.model, x.version, x.key });
                });

            migrationBuilder.CreateIndex(
                name: "ix_registry_versions_project_run_id",
                table: "registry_versions",
                columns: new[] { "project", "run_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "registry_model_tags");

            migrationBuilder.DropTable(
                name: "registry_version_tags");

            migrationBuilder.DropIndex(
                name: "ix_registry_versions_project_run_id",
                table: "registry_versions");

            migrationBuilder.DropColumn(
                name: "description",
                table: "registry_versions");

            migrationBuilder.DropColumn(
                name: "run_link",
                table: "registry_versions");

            migrationBuilder.DropColumn(
                name: "source",
                table: "registry_versions");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "registry_versions");

            migrationBuilder.DropColumn(
                name: "withdrawn_at",
                table: "registry_versions");

            migrationBuilder.DropColumn(
                name: "description",
                table: "registry_models");

            migrationBuilder.DropColumn(
                name: "updated_at",
                table: "registry_models");

            migrationBuilder.DropColumn(
                name: "withdrawn_at",
                table: "registry_models");
        }
    }
}
