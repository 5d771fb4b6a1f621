using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Governance : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "envelope",
                table: "registry_policy_versions",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "key_hint",
                table: "registry_policy_versions",
                type: "TEXT",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "requested_by",
                table: "pipelines_trainings",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "governance_failed_sign_ins",
                columns: table => new
                {
                    name_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    last_at = table.Column<long>(type: "INTEGER", nullable: false),
                    locked_until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_failed_sign_ins", x => x.name_hash);
                });

            migrationBuilder.CreateTable(
                name: "governance_password_links",
                columns: table => new
                {
                    hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    person_id = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_password_links", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "governance_passwords",
                columns: table => new
                {
                    person_id = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    hash = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_passwords", x => x.person_id);
                });

            migrationBuilder.CreateTable(
                name: "governance_sessions",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    principal_id = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    token_id = table.Column<string>(type: "TEXT", maxLength: 12, nullable: true),
                    method = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    browser = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_sessions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_approval_requests",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    stage = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    requested_by = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    mentions = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    reminded_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_approval_requests", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_broken_glass",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    stage = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    person = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: false),
                    attestation = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    former = table.Column<int>(type: "INTEGER", nullable: true),
                    reviewed_by = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    justified = table.Column<bool>(type: "INTEGER", nullable: true),
                    review_comment = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: true),
                    reviewed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_broken_glass", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_delegations",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    from_person = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    to_person = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    starts_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_delegations", x => x.id);
                });

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

            migrationBuilder.CreateTable(
                name: "registry_request_comments",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    request_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    author = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    mentions = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_request_comments", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "registry_scans",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    passed = table.Column<bool>(type: "INTEGER", nullable: false),
                    rules_digest = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    report_json = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_registry_scans", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_governance_failed_sign_ins_last_at",
                table: "governance_failed_sign_ins",
                column: "last_at");

            migrationBuilder.CreateIndex(
                name: "ix_governance_password_links_person_id",
                table: "governance_password_links",
                column: "person_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_sessions_principal_id",
                table: "governance_sessions",
                column: "principal_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_sessions_seen_at",
                table: "governance_sessions",
                column: "seen_at");

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

            migrationBuilder.CreateIndex(
                name: "ix_registry_request_comments_project_request_id",
                table: "registry_request_comments",
                columns: new[] { "project", "request_id" });

            migrationBuilder.CreateIndex(
                name: "ix_registry_scans_project_model_version",
                table: "registry_scans",
                columns: new[] { "project", "model", "version" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "governance_failed_sign_ins");

            migrationBuilder.DropTable(
                name: "governance_password_links");

            migrationBuilder.DropTable(
                name: "governance_passwords");

            migrationBuilder.DropTable(
                name: "governance_sessions");

            migrationBuilder.DropTable(
                name: "registry_approval_requests");

            migrationBuilder.DropTable(
                name: "registry_broken_glass");

            migrationBuilder.DropTable(
                name: "registry_delegations");

            migrationBuilder.DropTable(
                name: "registry_oci_blobs");

            migrationBuilder.DropTable(
                name: "registry_oci_manifests");

            migrationBuilder.DropTable(
                name: "registry_request_comments");

            migrationBuilder.DropTable(
                name: "registry_scans");

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
