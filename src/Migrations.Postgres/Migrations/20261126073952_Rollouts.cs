using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Rollouts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "held_back",
                table: "serving_endpoints",
                type: "character varying(80)",
                maxLength: 80,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "rollout_json",
                table: "serving_endpoints",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "serving_rollout_tallies",
                columns: table => new
                {
                    rollout = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    arm = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    step = table.Column<int>(type: "integer", nullable: false),
                    evidence_json = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_rollout_tallies", x => new { x.rollout, x.arm });
                });

            migrationBuilder.CreateTable(
                name: "serving_rollouts",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    strategy = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    stable_version = table.Column<int>(type: "integer", nullable: false),
                    plan_json = table.Column<string>(type: "text", nullable: false),
                    arms_json = table.Column<string>(type: "text", nullable: false),
                    salt = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    step = table.Column<int>(type: "integer", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    step_started_at = table.Column<long>(type: "bigint", nullable: false),
                    paused_at = table.Column<long>(type: "bigint", nullable: true),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    timeline_json = table.Column<string>(type: "text", nullable: false),
                    active = table.Column<bool>(type: "boolean", nullable: true),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_rollouts", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_serving_rollouts_project_endpoint_active",
                table: "serving_rollouts",
                columns: new[] { "project", "endpoint", "active" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "serving_rollout_tallies");

            migrationBuilder.DropTable(
                name: "serving_rollouts");

            migrationBuilder.DropColumn(
                name: "held_back",
                table: "serving_endpoints");

            migrationBuilder.DropColumn(
                name: "rollout_json",
                table: "serving_endpoints");
        }
    }
}
