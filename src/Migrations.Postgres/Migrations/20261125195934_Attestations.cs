using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
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
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    subject = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    predicate_type = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    size_bytes = table.Column<long>(type: "bigint", nullable: false),
                    bundle_digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    bundle_size_bytes = table.Column<long>(type: "bigint", nullable: false),
                    key_hint = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false)
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
