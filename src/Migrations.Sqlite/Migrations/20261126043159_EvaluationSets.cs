using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class EvaluationSets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "tracking_evaluation_experiments",
                columns: table => new
                {
                    set_key = table.Column<long>(type: "INTEGER", nullable: false),
                    experiment_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_evaluation_experiments", x => new { x.set_key, x.experiment_id });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_evaluation_records",
                columns: table => new
                {
                    set_key = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 35, nullable: false),
                    inputs_digest = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 250, nullable: true),
                    updated_by = table.Column<string>(type: "TEXT", maxLength: 250, nullable: true),
                    inputs = table.Column<string>(type: "TEXT", nullable: false),
                    outputs = table.Column<string>(type: "TEXT", nullable: true),
                    expectations = table.Column<string>(type: "TEXT", nullable: true),
                    tags = table.Column<string>(type: "TEXT", nullable: true),
                    source = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_evaluation_records", x => new { x.set_key, x.id });
                });

            migrationBuilder.CreateTable(
                name: "tracking_evaluation_sets",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 34, nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    digest = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false),
                    schema = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 250, nullable: true),
                    updated_by = table.Column<string>(type: "TEXT", maxLength: 250, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_evaluation_sets", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "tracking_evaluation_tags",
                columns: table => new
                {
                    set_key = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_evaluation_tags", x => new { x.set_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_scorers",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    experiment_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    scorer_id = table.Column<string>(type: "TEXT", maxLength: 36, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    content = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_scorers", x => new { x.project, x.experiment_id, x.name, x.version });
                });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_evaluation_records_set_key_created_at_id",
                table: "tracking_evaluation_records",
                columns: new[] { "set_key", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_evaluation_records_set_key_inputs_digest",
                table: "tracking_evaluation_records",
                columns: new[] { "set_key", "inputs_digest" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_evaluation_sets_id",
                table: "tracking_evaluation_sets",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_evaluation_sets_project_created_at",
                table: "tracking_evaluation_sets",
                columns: new[] { "project", "created_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "tracking_evaluation_experiments");

            migrationBuilder.DropTable(
                name: "tracking_evaluation_records");

            migrationBuilder.DropTable(
                name: "tracking_evaluation_sets");

            migrationBuilder.DropTable(
                name: "tracking_evaluation_tags");

            migrationBuilder.DropTable(
                name: "tracking_scorers");
        }
    }
}
