using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class AuditAndWebhooks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_governance_ledger_events_subject_place",
                table: "governance_ledger_events");

            migrationBuilder.DropIndex(
                name: "ix_governance_ledger_events_type_place",
                table: "governance_ledger_events");

            migrationBuilder.AddColumn<string>(
                name: "outcome",
                table: "governance_ledger_events",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            // The rule of EventOutcomes, for events that were there before.
            migrationBuilder.Sql(
                "UPDATE governance_ledger_events SET outcome = CASE WHEN type LIKE '%.refused' OR type LIKE '%-refused' THEN 'Refused' " +
                "WHEN type LIKE '%.failed' OR type LIKE '%-failed' THEN 'Failed' ELSE 'Success' END");

            migrationBuilder.CreateTable(
                name: "governance_webhook_attempts",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    webhook_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    place = table.Column<long>(type: "bigint", nullable: false),
                    type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    milliseconds = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    problem = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_webhook_attempts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_webhook_progress",
                columns: table => new
                {
                    webhook_id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    next_place = table.Column<long>(type: "bigint", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    failing_since = table.Column<long>(type: "bigint", nullable: true),
                    next_attempt_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_webhook_progress", x => x.webhook_id);
                });

            migrationBuilder.CreateTable(
                name: "governance_webhooks",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    url = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    types = table.Column<string>(type: "character varying(5000)", maxLength: 5000, nullable: false),
                    everywhere = table.Column<bool>(type: "boolean", nullable: false),
                    secret = table.Column<byte[]>(type: "bytea", nullable: false),
                    secret_version = table.Column<int>(type: "integer", nullable: false),
                    active = table.Column<bool>(type: "boolean", nullable: false),
                    paused_because = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_webhooks", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_actor_place",
                table: "governance_ledger_events",
                columns: new[] { "actor", "place" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_at_place",
                table: "governance_ledger_events",
                columns: new[] { "at", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_outcome_place",
                table: "governance_ledger_events",
                columns: new[] { "outcome", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_project_place",
                table: "governance_ledger_events",
                columns: new[] { "project", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_subject_place",
                table: "governance_ledger_events",
                columns: new[] { "subject", "place" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_type_place",
                table: "governance_ledger_events",
                columns: new[] { "type", "place" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_webhook_attempts_webhook_id_id",
                table: "governance_webhook_attempts",
                columns: new[] { "webhook_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_webhooks_project_name",
                table: "governance_webhooks",
                columns: new[] { "project", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "governance_webhook_attempts");

            migrationBuilder.DropTable(
                name: "governance_webhook_progress");

            migrationBuilder.DropTable(
                name: "governance_webhooks");

            migrationBuilder.DropIndex(
                name: "ix_governance_ledger_events_actor_place",
                table: "governance_ledger_events");

            migrationBuilder.DropIndex(
                name: "ix_governance_ledger_events_at_place",
                table: "governance_ledger_events");

            migrationBuilder.DropIndex(
                name: "ix_governance_ledger_events_outcome_place",
                table: "governance_ledger_events");

            migrationBuilder.DropIndex(
                name: "ix_governance_ledger_events_project_place",
                table: "governance_ledger_events");

            migrationBuilder.DropIndex(
                name: "ix_governance_ledger_events_subject_place",
                table: "governance_ledger_events");

            migrationBuilder.DropIndex(
                name: "ix_governance_ledger_events_type_place",
                table: "governance_ledger_events");

            migrationBuilder.DropColumn(
                name: "outcome",
                table: "governance_ledger_events");

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_subject_place",
                table: "governance_ledger_events",
                columns: new[] { "subject", "place" });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_type_place",
                table: "governance_ledger_events",
                columns: new[] { "type", "place" });
        }
    }
}
