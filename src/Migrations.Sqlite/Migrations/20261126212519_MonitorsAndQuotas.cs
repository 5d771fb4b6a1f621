using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class MonitorsAndQuotas : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "calls_json",
                table: "monitoring_windows",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "digest",
                table: "monitoring_windows",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "filling",
                table: "monitoring_windows",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "choices_json",
                table: "monitoring_settings",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "class",
                table: "monitoring_reviews",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "answer_json",
                table: "monitoring_outcomes",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "calls_json",
                table: "monitoring_open_windows",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "refused",
                table: "monitoring_open_windows",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "monitoring_concepts",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    state_json = table.Column<string>(type: "TEXT", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_concepts", x => new { x.project, x.endpoint, x.model, x.version });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_labelled_datasets",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    dataset = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    model = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    model_version = table.Column<int>(type: "INTEGER", nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    rows = table.Column<long>(type: "INTEGER", nullable: false),
                    from = table.Column<long>(type: "INTEGER", nullable: false),
                    to = table.Column<long>(type: "INTEGER", nullable: false),
                    made_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_labelled_datasets", x => new { x.project, x.dataset, x.version, x.model, x.model_version });
                });

            migrationBuilder.CreateTable(
                name: "monitoring_multivariate",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    result_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_monitoring_multivariate", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "serving_quota_uses",
                columns: table => new
                {
                    project = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    endpoint = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    caller = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    requests = table.Column<long>(type: "INTEGER", nullable: false),
                    rows = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_serving_quota_uses", x => new { x.project, x.endpoint, x.day, x.caller });
                });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_labelled_datasets_project_endpoint_made_at",
                table: "monitoring_labelled_datasets",
                columns: new[] { "project", "endpoint", "made_at" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_labelled_datasets_project_model_model_version",
                table: "monitoring_labelled_datasets",
                columns: new[] { "project", "model", "model_version" });

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_multivariate_project_endpoint_id",
                table: "monitoring_multivariate",
                columns: new[] { "project", "endpoint", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "monitoring_concepts");

            migrationBuilder.DropTable(
                name: "monitoring_labelled_datasets");

            migrationBuilder.DropTable(
                name: "monitoring_multivariate");

            migrationBuilder.DropTable(
                name: "serving_quota_uses");

            migrationBuilder.DropColumn(
                name: "calls_json",
                table: "monitoring_windows");

            migrationBuilder.DropColumn(
                name: "digest",
                table: "monitoring_windows");

            migrationBuilder.DropColumn(
                name: "filling",
                table: "monitoring_windows");

            migrationBuilder.DropColumn(
                name: "choices_json",
                table: "monitoring_settings");

            migrationBuilder.DropColumn(
                name: "class",
                table: "monitoring_reviews");

            migrationBuilder.DropColumn(
                name: "answer_json",
                table: "monitoring_outcomes");

            migrationBuilder.DropColumn(
                name: "calls_json",
                table: "monitoring_open_windows");

            migrationBuilder.DropColumn(
                name: "refused",
                table: "monitoring_open_windows");
        }
    }
}
