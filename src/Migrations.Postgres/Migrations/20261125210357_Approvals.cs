using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Approvals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "envelope",
                table: "registry_policy_versions",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "key_hint",
                table: "registry_policy_versions",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "requested_by",
                table: "pipelines_trainings",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "registry_approval_requests",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    stage = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    requested_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    mentions = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    closed_at = table.Column<long>(type: "bigint", nullable: true),
                    reminded_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_approval_requests", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_broken_glass",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    stage = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    person = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    until = table.Column<long>(type: "bigint", nullable: false),
                    attestation = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    former = table.Column<int>(type: "integer", nullable: true),
                    reviewed_by = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    justified = table.Column<bool>(type: "boolean", nullable: true),
                    review_comment = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: true),
                    reviewed_at = table.Column<long>(type: "bigint", nullable: true),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_broken_glass", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_delegations",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    from_person = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    to_person = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    starts_at = table.Column<long>(type: "bigint", nullable: false),
                    ends_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_delegations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_request_comments",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    request_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    author = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    text = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    mentions = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_request_comments", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_registry_approval_requests_project_model_version",
                table: "registry_approval_requests",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_approval_requests_project_state_id",
                table: "registry_approval_requests",
                columns: new[] { "project", "state", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_broken_glass_project_model_version",
                table: "registry_broken_glass",
                columns: new[] { "project", "model", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_delegations_project_to_person",
                table: "registry_delegations",
                columns: new[] { "project", "to_person" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_request_comments_project_request_id",
                table: "registry_request_comments",
                columns: new[] { "project", "request_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "registry_approval_requests");

            migrationBuilder.DropTable(
                name: "registry_broken_glass");

            migrationBuilder.DropTable(
                name: "registry_delegations");

            migrationBuilder.DropTable(
                name: "registry_request_comments");

            migrationBuilder.DropColumn(
                name: "envelope",
                table: "registry_policy_versions");

            migrationBuilder.DropColumn(
                name: "key_hint",
                table: "registry_policy_versions");

            migrationBuilder.DropColumn(
                name: "requested_by",
                table: "pipelines_trainings");
        }
    }
}
