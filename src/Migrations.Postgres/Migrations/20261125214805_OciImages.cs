using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class OciImages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_registry_oci_manifests_project_model_version",
                table: "registry_oci_manifests");

            migrationBuilder.CreateIndex(
                name: "ix_registry_oci_manifests_project_model_version_role",
                table: "registry_oci_manifests",
                columns: new[] { "project", "model", "version", "role" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
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
