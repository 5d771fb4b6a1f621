using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class SigningKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_registry_oci_manifests_project_model_version",
                table: "registry_oci_manifests");

            migrationBuilder.CreateTable(
                name: "governance_signing_keys",
                columns: table => new
                {
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    provider = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    hint = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    retired_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_signing_keys", x => x.version);
                });

            migrationBuilder.CreateIndex(
                name: "ix_registry_oci_manifests_project_model_version_role",
                table: "registry_oci_manifests",
                columns: new[] { "project", "model", "version", "role" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "governance_signing_keys");

            migrationBuilder.DropIndex(
                name: "ix_registry_oci_manifests_project_model_version_role",
                table: "registry_oci_manifests");

            migrationBuilder.CreateIndex(
                name: "ix_registry_oci_manifests_project_model_version",
                table: "registry_oci_manifests",
                columns: new[] { "project", "model", "version" },
                unique: true);
        }
    }
}
