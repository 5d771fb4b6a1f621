using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
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
                type: "TEXT",
                maxLength: 80,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "rollout_json",
                table: "serving_endpoints",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "serving_rollout_tallies",
                columns: table => new
                {
                    rollout = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    arm = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    evidence_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_rollout_tallies", x => new { x.rollout, x.arm });
                });

            migrationBuilder.CreateTable(
                name: "serving_rollouts",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    strategy = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    stable_version = table.Column<int>(type: "INTEGER", nullable: false),
                    plan_json = table.Column<string>(type: "TEXT", nullable: false),
                    arms_json = table.Column<string>(type: "TEXT", nullable: false),
                    salt = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    step_started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    paused_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    timeline_json = table.Column<string>(type: "TEXT", nullable: false),
                    active = table.Column<bool>(type: "INTEGER", nullable: true),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
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
