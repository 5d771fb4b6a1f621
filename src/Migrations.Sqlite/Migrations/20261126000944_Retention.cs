using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Retention : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "registry_deleted_versions",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    registered_at = table.Column<long>(type: "INTEGER", nullable: false),
                    reached = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    kept_until = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted_by = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_deleted_versions", x => new { x.project, x.model, x.version });
                });

            migrationBuilder.CreateTable(
                name: "registry_holds",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    reference = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    placed_by = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    placed_by_human = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    placed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    released_by = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    released_at = table.Column<long>(type: "INTEGER", nullable: true),
                    release_reason = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_holds", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_retention_rules",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    production_days = table.Column<int>(type: "INTEGER", nullable: false),
                    staging_days = table.Column<int>(type: "INTEGER", nullable: false),
                    other_days = table.Column<int>(type: "INTEGER", nullable: false),
                    changed_by = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_retention_rules", x => new { x.project, x.number });
                });

            migrationBuilder.CreateTable(
                name: "registry_retentions",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    reached = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    days = table.Column<int>(type: "INTEGER", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    keep_until = table.Column<long>(type: "INTEGER", nullable: false),
                    rule = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_retentions", x => new { x.project, x.model, x.version });
                });

            migrationBuilder.CreateIndex(
                name: "ix_registry_deleted_versions_deleted_at",
                table: "registry_deleted_versions",
                column: "deleted_at");

            migrationBuilder.CreateIndex(
                name: "ix_registry_holds_project_model_version",
                table: "registry_holds",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_retentions_project_rule",
                table: "registry_retentions",
                columns: new[] { "project", "rule" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "registry_deleted_versions");

            migrationBuilder.DropTable(
                name: "registry_holds");

            migrationBuilder.DropTable(
                name: "registry_retention_rules");

            migrationBuilder.DropTable(
                name: "registry_retentions");
        }
    }
}
