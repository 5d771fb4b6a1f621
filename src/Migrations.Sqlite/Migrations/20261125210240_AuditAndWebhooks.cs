using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AuditAndWebhooks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "outcome",
                table: "governance_ledger_events",
                type: "TEXT",
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
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    webhook_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    place = table.Column<long>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    milliseconds = table.Column<int>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    problem = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_webhook_attempts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_webhook_progress",
                columns: table => new
                {
                    webhook_id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    next_place = table.Column<long>(type: "INTEGER", nullable: false),
                    failures = table.Column<int>(type: "INTEGER", nullable: false),
                    failing_since = table.Column<long>(type: "INTEGER", nullable: true),
                    next_attempt_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_webhook_progress", x => x.webhook_id);
                });

            migrationBuilder.CreateTable(
                name: "governance_webhooks",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    url = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: false),
                    types = table.Column<string>(type: "TEXT", maxLength: 5000, nullable: false),
                    everywhere = table.Column<bool>(type: "INTEGER", nullable: false),
                    secret = table.Column<byte[]>(type: "BLOB", nullable: false),
                    secret_version = table.Column<int>(type: "INTEGER", nullable: false),
                    active = table.Column<bool>(type: "INTEGER", nullable: false),
                    paused_because = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_webhooks", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_governance_ledger_events_actor_place",
                table: "governance_ledger_events",
                columns: new[] { "actor", "place" });

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

            migrationBuilder.DropColumn(
                name: "outcome",
                table: "governance_ledger_events");
        }
    }
}
