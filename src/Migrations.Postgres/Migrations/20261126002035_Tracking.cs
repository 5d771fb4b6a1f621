using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Tracking : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_tags",
                table: "tracking_tags");

            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_runs",
                table: "tracking_runs");

            migrationBuilder.DropIndex(
                name: "ix_tracking_runs_project_experiment_id_started_at",
                table: "tracking_runs");

            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_params",
                table: "tracking_params");

            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_metrics",
                table: "tracking_metrics");

            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_latest_metrics",
                table: "tracking_latest_metrics");

            migrationBuilder.DropIndex(
                name: "ix_tracking_latest_metrics_project_key_value",
                table: "tracking_latest_metrics");

            migrationBuilder.DropColumn(
                name: "run_id",
                table: "tracking_tags");

            migrationBuilder.DropColumn(
                name: "project",
                table: "tracking_tags");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "tracking_tags");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "tracking_runs");

            migrationBuilder.DropColumn(
                name: "run_id",
                table: "tracking_params");

            migrationBuilder.DropColumn(
                name: "project",
                table: "tracking_params");

            migrationBuilder.DropColumn(
                name: "xmin",
                table: "tracking_params");

            migrationBuilder.DropColumn(
                name: "run_id",
                table: "tracking_metrics");

            migrationBuilder.DropColumn(
                name: "project",
                table: "tracking_metrics");

            migrationBuilder.DropColumn(
                name: "run_id",
                table: "tracking_latest_metrics");

            migrationBuilder.DropColumn(
                name: "is_na_n",
                table: "tracking_latest_metrics");

            migrationBuilder.DropColumn(
                name: "project",
                table: "tracking_latest_metrics");

            migrationBuilder.RenameColumn(
                name: "is_na_n",
                table: "tracking_metrics",
                newName: "is_nan");

            migrationBuilder.AlterTable(
                name: "tracking_tags",
                comment: "Kept in the order of its primary key.");

            migrationBuilder.AlterTable(
                name: "tracking_params",
                comment: "Kept in the order of its primary key.");

            migrationBuilder.AlterTable(
                name: "tracking_metrics",
                comment: "Kept in the order of its primary key.");

            migrationBuilder.AlterTable(
                name: "tracking_latest_metrics",
                comment: "Kept in the order of its primary key.");

            migrationBuilder.AlterColumn<string>(
                name: "value",
                table: "tracking_tags",
                type: "text",
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(8000)",
                oldMaxLength: 8000);

            migrationBuilder.AddColumn<long>(
                name: "run_key",
                table: "tracking_tags",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AlterColumn<string>(
                name: "id",
                table: "tracking_runs",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character varying(32)",
                oldMaxLength: 32);

            migrationBuilder.AddColumn<long>(
                name: "key",
                table: "tracking_runs",
                type: "bigint",
                nullable: false,
                defaultValue: 0L)
                .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);

            migrationBuilder.AddColumn<string>(
                name: "artifact_uri",
                table: "tracking_runs",
                type: "character varying(1100)",
                maxLength: 1100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "experiment_key",
                table: "tracking_runs",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "has_inputs",
                table: "tracking_runs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "run_key",
                table: "tracking_params",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "run_key",
                table: "tracking_metrics",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AlterColumn<double>(
                name: "value",
                table: "tracking_latest_metrics",
                type: "double precision",
                nullable: true,
                oldClrType: typeof(double),
                oldType: "double precision");

            migrationBuilder.AddColumn<long>(
                name: "run_key",
                table: "tracking_latest_metrics",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "experiment_key",
                table: "tracking_latest_metrics",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "key",
                table: "tracking_experiments",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_tags",
                table: "tracking_tags",
                columns: new[] { "run_key", "key" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_runs",
                table: "tracking_runs",
                column: "key");

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_params",
                table: "tracking_params",
                columns: new[] { "run_key", "key" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_metrics",
                table: "tracking_metrics",
                columns: new[] { "run_key", "key", "step", "at", "value", "is_nan" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_latest_metrics",
                table: "tracking_latest_metrics",
                columns: new[] { "run_key", "key" });

            migrationBuilder.CreateTable(
                name: "tracking_datasets",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    experiment_key = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    digest = table.Column<string>(type: "character varying(36)", maxLength: 36, nullable: false),
                    source_type = table.Column<string>(type: "text", nullable: false),
                    source = table.Column<string>(type: "text", nullable: false),
                    schema = table.Column<string>(type: "text", nullable: true),
                    profile = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_datasets", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "tracking_experiment_tags",
                columns: table => new
                {
                    experiment_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(250)", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "character varying(5000)", maxLength: 5000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_experiment_tags", x => new { x.experiment_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_input_tags",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    dataset_key = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    value = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_input_tags", x => new { x.run_key, x.dataset_key, x.key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_inputs",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    dataset_key = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_inputs", x => new { x.run_key, x.dataset_key });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateTable(
                name: "tracking_run_models",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "bigint", nullable: false),
                    is_output = table.Column<bool>(type: "boolean", nullable: false),
                    model_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    step = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tracking_run_models", x => new { x.run_key, x.is_output, x.model_id });
                },
                comment: "Kept in the order of its primary key.");

            migrationBuilder.CreateIndex(
                name: "ix_tracking_runs_experiment_key_lifecycle_started_at_id",
                table: "tracking_runs",
                columns: new[] { "experiment_key", "lifecycle", "started_at", "id" },
                descending: new[] { false, false, true, false });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_runs_id",
                table: "tracking_runs",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_latest_metrics_experiment_key_key_value",
                table: "tracking_latest_metrics",
                columns: new[] { "experiment_key", "key", "value" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_experiments_key",
                table: "tracking_experiments",
                column: "key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_datasets_experiment_key_name_digest",
                table: "tracking_datasets",
                columns: new[] { "experiment_key", "name", "digest" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tracking_inputs_dataset_key",
                table: "tracking_inputs",
                column: "dataset_key");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "tracking_datasets");

            migrationBuilder.DropTable(
                name: "tracking_experiment_tags");

            migrationBuilder.DropTable(
                name: "tracking_input_tags");

            migrationBuilder.DropTable(
                name: "tracking_inputs");

            migrationBuilder.DropTable(
                name: "tracking_run_models");

            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_tags",
                table: "tracking_tags");

            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_runs",
                table: "tracking_runs");

            migrationBuilder.DropIndex(
                name: "ix_tracking_runs_experiment_key_lifecycle_started_at_id",
                table: "tracking_runs");

            migrationBuilder.DropIndex(
                name: "ix_tracking_runs_id",
                table: "tracking_runs");

            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_params",
                table: "tracking_params");

            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_metrics",
                table: "tracking_metrics");

            migrationBuilder.DropPrimaryKey(
                name: "pk_tracking_latest_metrics",
                table: "tracking_latest_metrics");

            migrationBuilder.DropIndex(
                name: "ix_tracking_latest_metrics_experiment_key_key_value",
                table: "tracking_latest_metrics");

            migrationBuilder.DropIndex(
                name: "ix_tracking_experiments_key",
                table: "tracking_experiments");

            migrationBuilder.DropColumn(
                name: "run_key",
                table: "tracking_tags");

            migrationBuilder.DropColumn(
                name: "key",
                table: "tracking_runs");

            migrationBuilder.DropColumn(
                name: "artifact_uri",
                table: "tracking_runs");

            migrationBuilder.DropColumn(
                name: "experiment_key",
                table: "tracking_runs");

            migrationBuilder.DropColumn(
                name: "has_inputs",
                table: "tracking_runs");

            migrationBuilder.DropColumn(
                name: "run_key",
                table: "tracking_params");

            migrationBuilder.DropColumn(
                name: "run_key",
                table: "tracking_metrics");

            migrationBuilder.DropColumn(
                name: "run_key",
                table: "tracking_latest_metrics");

            migrationBuilder.DropColumn(
                name: "experiment_key",
                table: "tracking_latest_metrics");

            migrationBuilder.DropColumn(
                name: "key",
                table: "tracking_experiments");

            migrationBuilder.RenameColumn(
                name: "is_nan",
                table: "tracking_metrics",
                newName: "is_na_n");

            migrationBuilder.AlterTable(
                name: "tracking_tags",
                oldComment: "Kept in the order of its primary key.");

            migrationBuilder.AlterTable(
                name: "tracking_params",
                oldComment: "Kept in the order of its primary key.");

            migrationBuilder.AlterTable(
                name: "tracking_metrics",
                oldComment: "Kept in the order of its primary key.");

            migrationBuilder.AlterTable(
                name: "tracking_latest_metrics",
                oldComment: "Kept in the order of its primary key.");

            migrationBuilder.AlterColumn<string>(
                name: "value",
                table: "tracking_tags",
                type: "character varying(8000)",
                maxLength: 8000,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "text");

            migrationBuilder.AddColumn<string>(
                name: "run_id",
                table: "tracking_tags",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "project",
                table: "tracking_tags",
                type: "character varying(63)",
                maxLength: 63,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "tracking_tags",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AlterColumn<string>(
                name: "id",
                table: "tracking_runs",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "character varying(32)",
                oldMaxLength: 32,
                oldNullable: true);

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "tracking_runs",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<string>(
                name: "run_id",
                table: "tracking_params",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "project",
                table: "tracking_params",
                type: "character varying(63)",
                maxLength: 63,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<uint>(
                name: "xmin",
                table: "tracking_params",
                type: "xid",
                rowVersion: true,
                nullable: false,
                defaultValue: 0u);

            migrationBuilder.AddColumn<string>(
                name: "run_id",
                table: "tracking_metrics",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "project",
                table: "tracking_metrics",
                type: "character varying(63)",
                maxLength: 63,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AlterColumn<double>(
                name: "value",
                table: "tracking_latest_metrics",
                type: "double precision",
                nullable: false,
                defaultValue: 0.0,
                oldClrType: typeof(double),
                oldType: "double precision",
                oldNullable: true);

            migrationBuilder.AddColumn<string>(
                name: "run_id",
                table: "tracking_latest_metrics",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "is_na_n",
                table: "tracking_latest_metrics",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "project",
                table: "tracking_latest_metrics",
                type: "character varying(63)",
                maxLength: 63,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_tags",
                table: "tracking_tags",
                columns: new[] { "run_id", "key" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_runs",
                table: "tracking_runs",
                column: "id");

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_params",
                table: "tracking_params",
                columns: new[] { "run_id", "key" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_metrics",
                table: "tracking_metrics",
                columns: new[] { "run_id", "key", "step", "at", "value", "is_na_n" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_tracking_latest_metrics",
                table: "tracking_latest_metrics",
                columns: new[] { "run_id", "key" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_runs_project_experiment_id_started_at",
                table: "tracking_runs",
                columns: new[] { "project", "experiment_id", "started_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tracking_latest_metrics_project_key_value",
                table: "tracking_latest_metrics",
                columns: new[] { "project", "key", "value" });
        }
    }
}
