using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class OciRegistry : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "registry_oci_blobs",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    named = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_oci_blobs", x => new { x.project, x.model, x.digest });
                });

            migrationBuilder.CreateTable(
                name: "registry_oci_manifests",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    media_type = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    artifact_type = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    role = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: true),
                    subject = table.Column<string>(type: "TEXT", maxLength: 80, nullable: true),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    annotations_json = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_oci_manifests", x => new { x.project, x.model, x.digest });
                });

            migrationBuilder.CreateIndex(
                name: "ix_registry_oci_blobs_named_created_at",
                table: "registry_oci_blobs",
                columns: new[] { "named", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_oci_manifests_project_model_subject",
                table: "registry_oci_manifests",
                columns: new[] { "project", "model", "subject" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_oci_manifests_project_model_version",
                table: "registry_oci_manifests",
                columns: new[] { "project", "model", "version" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "registry_oci_blobs");

            migrationBuilder.DropTable(
                name: "registry_oci_manifests");
        }
    }
}
