using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Attestations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "registry_attestations",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    subject = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    predicate_type = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    bundle_digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    bundle_size_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    key_hint = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_attestations", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_registry_attestations_project_digest",
                table: "registry_attestations",
                columns: new[] { "project", "digest" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_attestations_project_model_version",
                table: "registry_attestations",
                columns: new[] { "project", "model", "version" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "registry_attestations");
        }
    }
}
